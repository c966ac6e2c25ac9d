"""Forenames by which somebody is known in a text without capitals. Those that are ordinary words too stand apart."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FORENAMES = _words(
    """
    aaron abdul abdullah abigail adam adele adrian agnes ahmed aidan aileen aisha alan alana albert alec alex
    alexander alexandra alf alfie alfred ali alice alison amanda amelia amina amir amit amy andrea andrew andy
    angela anil anita ann anna anne annie anthony antonio anwar archie arjun arnold arthur asha ashley asif audrey
    ava ayesha aysha barbara barry beatrice becky ben benjamin bernadette bernard bertha beryl beth bethany betty
    beverley bilal bob bobby brenda brian bridget bronwen bruce callum cameron carl carol caroline catherine cathy
    cecil celia charles charlie charlotte cheryl chloe chris christina christine christopher ciara claire clara
    clare clifford clive colin connor conor craig crystal cynthia cyril daisy daniel danny daphne darren dave david
    dean debbie deborah deepak deirdre denis denise dennis derek diana diane dominic donald donna doreen doris
    dorothy douglas duncan dylan eddie edgar edith edmund edna edward edwin eileen elaine eleanor elizabeth ella
    ellen ellie elsie emily emma enid eric erica ernest esther ethan ethel eunice eva evan eve evelyn farah fatima
    fiona florence frances francis fred freda frederick gareth gary gavin gemma geoff geoffrey george georgia gerald
    geraldine gerard gertrude gillian gladys glenda glenn glyn gordon graham greg gregory gurdial gurpreet gwen
    gwendolyn hamza hannah hans harold harriet harry hassan hazel heather helen henry herbert hilary hilda howard
    hugh hussein ian ibrahim imran ines ingrid irene iris isaac isabel isabella isla ismail ivan ivor ivy jack jacob
    jacqueline jagdish jake james jamie jane janet janice jasmine jason jaswinder jayne jean jeff jeffrey jennifer
    jenny jeremy jessica jessie jill jim jimmy joan joanna joanne joe joel john johnny jonathan jose joseph
    josephine josh joshua joyce juan judith judy julia julian julie juliet june karen karl kate katherine kathleen
    kathryn katie kaur keith kelly ken kenneth kerry kevin khadija kieran kim kiran kirsty krishna kumar kwame kyle
    lakshmi lara laura lauren lawrence leah lee leo leon leonard leslie lewis liam lilian lillian linda lisa lizzie
    lorraine louis louise lucas lucy luke lydia lynda lynn lynne mabel madeleine maggie malcolm manjit marcus
    margaret maria marian marie marilyn marion marjorie martha martin martyn mary matilda matt matthew maud maureen
    maurice mavis megan mehmet melanie melissa mia michael michelle mick miguel mike mildred millie miriam mohamed
    mohammad mohammed moira molly monica muhammad muriel mustafa myra myrtle nadia nancy naomi narinder natalie
    natasha nathan neil nellie nicholas nicola nicole nigel nisha noah noel nora noreen norma norman olga oliver
    olivia oscar oswald owen pam pamela parminder patricia patrick paul paula pauline pedro peggy penelope penny
    percy peter phil philip phillip phoebe phyllis pierre polly poppy prakash priya rachel rahul raj rajesh ralph
    ram ramesh ravi raymond rebecca reg reginald rhys richard rita robert robin rodney roger roland ron ronald
    ronnie rosemary rosie ross roy ruby rupert russell ruth ryan sally sam samantha samir samuel sandra sanjay sara
    sarah sean sebastian shannon sharon sheila shirley sian sidney simon sinead siobhan sofia sophia sophie stacey
    stanley stella stephanie stephen steve steven stewart stuart sunita suresh susan suzanne sybil sylvia tanya
    tariq terence teresa terry thelma theo theresa thomas tim timothy tina toby tom tony tracey tracy trevor ursula
    usha valerie vanessa vera veronica victor victoria vijay vikram vincent viola violet walter wendy wilfred
    william winifred winston yasmin yolanda yusuf yvonne zachary zainab zara zoe
    """
)
ALSO_WORDS = _words(
    """
    amber april art august basil bill buddy carter dawn don faith frank gene ginger grace guy holly hope jade jan
    jay joy june lily mark max may miles nick olive pat pearl penny pete pip ray rich rob rod rose sue summer ted
    viv will
    """
)
"""Forenames that are ordinary words: they need a surname behind them."""
FAMILY_NAMES = _words(
    """
    adams ahmed akhtar ali allen anderson andrews armstrong bailey baker barker barnes begum bell bennett bradley
    brooks brown butler campbell carter chapman clark clarke cole collins cooper cox cunningham davidson davies
    davis dawson dixon edwards elliott ellis evans fletcher ford foster fraser gibson gill gordon graham grant gray
    green griffiths hall hamilton harris harrison harvey henderson hill holmes houghton howard hudson hughes hunter
    hussain hussein jackson jenkins johnson johnston jones kaur kelly kennedy khan king knight lawrence lee lewis
    lloyd macdonald marshall martin mason matthews mccarthy mcdonald miller mills mitchell mohammed moore morgan
    morris morrison murphy murray nelson obrien owen palmer parker patel pearson perry phillips powell price reid
    reynolds richards richardson roberts robertson robinson rogers rose ross russell scott shah sharma shaw simpson
    singh smith spencer stevens stewart stone sullivan taylor thomas thompson thomson turner walker walsh ward
    warren watson webb wells west white wilkinson williams williamson wilson wood woods wright young
    """
)
"""Frequent surnames, some of which are frequent words too."""
