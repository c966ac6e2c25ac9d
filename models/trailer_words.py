"""The words of organisations' trailers and banners, as data: how their sentences begin, and what they are made of.

A space stands for any white space, and ` ?` for any or none. `TELLING` is enough by itself, `ALONE` on its own line;
`BEGINNING` may stand before it in a paragraph, and `FOLLOWING` behind it. All of them count only where the rest of the
sentence is made of `KNOWN` words.
"""

_MAIL = r"(?:(?:electronic |e-?)?mails?|messages?|communications?|transmissions?|correspondence)"
_THIS = (
    rf"(?:this|the) {_MAIL}(?: message)?(?:,? ?\(?(?:and|including|together with|or)(?: any| all| its)*"
    r" (?:attach(?:ments?|ed files?)|files?|documents?|responses?|replies|links?)(?: transmitted)?"
    r"(?: (?:with|to|attached to|accompanying|in) (?:it|this))?\)?,?)?"
)
_INFORMATION = (
    rf"(?:the )?(?:information|contents?|material)(?: (?:contained|included|transmitted))?(?: (?:in|of|with))? {_THIS}"
)
_BODY = r"(?:the )?(?:university|trust|college|council|company|board|organi[sz]ation|school)(?: of \w{2,20})?"
TELLING = (
    (
        r"(?:and |but )?if you (?:are not|aren['’]t|have received|receive|received|think you)"
        rf"(?: (?:an?|the|this|it|named|intended|authorised|authorized|addressed|{_MAIL})){{0,4}}"
        r" (?:recipients?|addressees?|(?:in|by) (?:error|mistake))"
    ),
    (
        r"nhsmail is the secure (?:e-?mail|messaging)(?:,? (?:collaboration|and directory|directory|service|available"
        r"|for all|nhs staff|in england|and scotland|and)){0,9}"
    ),
    r"(?:for more information|find out more)(?: and| about| nhsmail){0,3} to find out how you can (?:switch|join)",
    (
        r"nhsmail is (?:approved|accredited) for (?:exchanging|sending)(?: patient data| sensitive"
        r"| personal| data| and){0,4}"
    ),
    (
        rf"(?:{_THIS}|{_INFORMATION}) (?:is|are|may be)"
        rf"(?: (?:strictly|private|legally|privileged|confidential|and|or|also|be|may)|,){{0,9}}"
        r" ?intended (?:only|solely|exclusively"
        r"|for(?: the| sole| exclusive| use| of| only){0,5} (?:use|named|addressees?|individuals?|recipients?"
        r"|persons? (?:named|to whom|or entity)))"
    ),
    (
        rf"(?:{_THIS}|{_INFORMATION}) (?:is|are|may be|contains?|may contain|might contain)(?: information)?"
        r"(?: (?:strictly|private|confidential|and|or|/|that|which|is|are|may|be|legally)|,|/){1,9} ?(?:legally )?"
        r"privileged"
    ),
    (
        rf"(?:{_INFORMATION}|{_THIS}|all e-?mails?|e-?mails?)(?: sent| received| to| from| and| by| or){{0,6}}"
        r" (?:may|might|could|can|is|are|will)(?: be| have to be| also){0,2}"
        r" (?:subject to|disclosed|made public|released)(?: public| disclosure| and| or| under| to| the| request){0,7}"
        r" (?:freedom of information|data protection|foi)"
    ),
    (
        rf"(?:{_THIS}|all (?:outgoing |incoming )?e-?mails?|attachments?)"
        r" (?:has|have|was|were|is|are)(?: been| also){0,2} (?:virus )?(?:scanned|checked|swept)"
        r"(?: for| by| and| all| known| the| presence| of| automatically){0,6}"
        r" (?:viruses|virus|malware|malicious|spam|mimecast|messagelabs|symantec|sophos|avg|avast|norton|mcafee"
        r"|barracuda)"
    ),
    rf"{_INFORMATION} from the sender (?:is|are) confidential",
    r"(?:virus[- ]free|scanned by|checked by)[.\s]{1,3}(?:avg|avast|norton|mcafee|mimecast|messagelabs|www\.)",
    (
        r"(?:[pP♻🌳🌍🌱] )?(?:please |do |think and ){0,2}(?:consider|think (?:of|about)|think of our|save)(?: your)?"
        r" the environment(?: and)?(?: before| do not| only){1,2} (?:print|deciding)"
    ),
    r"(?:please )?(?:think|stop and think) before (?:you print|printing)",
    rf"(?:please )?(?:do not|don['’]t|only|avoid) print(?:ing)? this {_MAIL} (?:unless|if)",
    (
        rf"(?:any |the |all )?(?:views|opinions|statements)(?: or| and| views| opinions| statements"
        rf"| conclusions){{0,5}}"
        rf" (?:expressed|contained|stated|presented|made)(?: in| within| by){{0,2}} (?:{_THIS}|the author|its author)"
    ),
    (
        rf"(?:(?:please )?be aware that )?{_THIS} (?:has )?(?:been )?(?:originated|originates|came|comes|was|is)?"
        r"(?: sent| received)? from (?:(?:someone |a sender )?outside(?: of)?(?: the| our| your| this)?"
        r" (?:organi[sz]ation|trust|university|college|company|council|nhs|network|hospital)"
        r"|an? (?:external|outside) (?:source|sender|e-?mail|address|account|organi[sz]ation))"
    ),
    rf"external (?:sender|{_MAIL})\W{{1,4}}(?:do not|don['’]t|please|use caution|be careful|this)",
    r"(?:some people who received this message )?(?:you )?don['’]t often get e-?mails? from \S{2,99}[^\s.]",
    (
        r"(?:any )?(?:unauthori[sz]ed )?(?:use|review|disclosure|dissemination|copying|distribution|reproduction)"
        rf"(?:,| or| and| other| use| review| disclosure| dissemination| copying| distribution| reproduction"
        rf"| forwarding"
        rf"| printing){{0,14}} (?:of|in reliance on) (?:{_THIS}|{_INFORMATION}) (?:is|by)"
    ),
    (
        rf"(?:all )?(?:electronic |e-?mail )?(?:communications?|messages?|traffic|e-?mails?|correspondence)"
        rf"(?: sent| received| to| from| with| and| or| within| using){{1,6}} {_BODY} (?:may|might|will"
        rf"|can|are|is)(?: also| be){{0,2}}"
        r" (?:monitored|intercepted)"
    ),
    (
        rf"{_BODY} (?:may|might|can|reserves the right to|has the right to)(?: also| and| record"
        rf"| access){{0,3}} (?:monitor|intercept)"
        r"(?: and| or| record| review| access| all| any| outgoing| incoming| the| content| contents| of){0,8}"
        r" (?:e-?mails?|communications|correspondence|traffic)"
    ),
    (
        r"the university of \w{2,20}, located in the heart of the city of \w{2,20}, has established an international"
        r" reputation based on high student satisfaction, excellent graduate employment and world-class research"
    ),
)
ALONE = (
    (
        rf"(?:{_THIS}|{_INFORMATION}) (?:may|might|could)(?: also)? contain"
        r"(?: (?:personal|private|sensitive|proprietary|legally|and|or|/)|,|/){0,6} ?(?:confidential|privileged)"
    ),
    (
        r"(?:for (?:more|further) information|find out more)(?: (?:and|about|on|nhsmail|to|find|out|how|you|can|our"
        r"|this|the|service|services|please|switch|join)){0,12},? (?:visit|see|go to|at):? (?=<?https?://|<?www\.)"
    ),
)
"""Enough where a line ends behind it: people say so too, and go on."""
BEGINNING = (
    rf"(?:{_THIS}|{_INFORMATION}) (?:is|are|may|might|contains?|has|have|should|must|can)",
    rf"\[?(?:external|caution|warning)(?: {_MAIL}| sender)?\]?(?: ?[:!–—-]|(?<=\]))",
    (
        r"(?:(?:legal |e-?mail |confidentiality |important |privacy |security )?(?:disclaimer|notice|warning|statement)"
        r"|confidential(?:ity)?) ?[:–—-]"
    ),
)
FOLLOWING = (
    rf"(?:{_THIS}|{_INFORMATION})",
    r"(?:you )?(?:please )?(?:do not|don['’]t|never|only) (?:click|open|follow|reply|disclose|copy|use|forward|print)",
    (
        r"please (?:notify|inform|contact|advise|delete|destroy|return|note|exercise|be|take|treat|ensure|report"
        r"|think|tell|see)"
    ),
    r"(?:always |use |exercise |take ){1,2}(?:caution|care)|be (?:careful|cautious|vigilant)|report (?:any|suspicious)",
    r"(?:any|all|no|unless|although|whilst|while|neither|where|as|in|unauthori[sz]ed)(?= [a-z])",
    r"if (?:you|this|in|so|received)|you (?:should|must|may|are|are not|do)|it (?:is|may|has|should|must)",
    (
        rf"(?:we|{_BODY}|the (?:sender|recipient|author))"
        r" (?:cannot|accepts?|does not|do not|has|have|reserves?|may|will|shall|monitors?|is|are|therefore"
        r"|should|takes?|makes every effort)"
    ),
    r"further information can be found (?:at|on|in)",
    r"(?:to do so|doing so|(?:any )?(?:such|other) (?:use|action|disclosure)) (?:is|may|might|would)",
    r"thank you for your (?:co-?operation|assistance|understanding|help with this)",
    r"nhsmail (?:is|provides|can)|for more information (?:and|about|on|visit|see)|find out more",
    r"learn (?:why this is important|more)|recipients? (?:should|must)|e-?mails? (?:is|are|may|can|cannot)",
    r"(?:the )?(?:confidentiality|security|integrity|accuracy) of",
)
JOINED = r"joining nhsmail ?[–—-] ?nhsmail support|joining nhsmail|/joiningnhsmail"
"""Where a trailer's sentence ends even if no full stop, and no new line, stands behind it."""
_KNOWN = """
    1998 2000 2002 2004 2018 a kingdom reflect reflects uk united about accept accepted accepts access accessed
    accessible accidentally accompanying accordance accordingly account accreditation accredited accuracy accurate
    act act's action actions acts addition address addressed addressee addressees advice advise advised affect after
    against agent all also although always an and antivirus any anyone anywhere appear applicable appropriate
    approved are arising as assistance at attached attachment attachments attempt author authorised authorized
    automatically available avast avg aware barracuda based be been before being believe belong belonging bind
    binding board body both business but by can cannot career careful caused caution cautious certain change changed
    charity check checked choose click clicking co-operation code collaboration committed communicate communication
    communications company completely compliance computer confidential confidentiality confirm consider considered
    constitute contact contain contained containing contains content contents contract cooperation copied copies
    copy copying correct correspondence corrupted could council courtesy damage damages data deemed defects delay
    delete deleted deleting delivery desk destroy destroyed destroying detected determine directed directly
    directory disclose disclosed disclosing disclosure disclosures disseminate dissemination distribute distributed
    distributing distribution do document documents does don't done due e-mail e-mailed e-mails eir either
    electronic email emailed emails employee employer employment england ensure entire entirely entity environment
    environmental error errors even event except exchange exchanging exclusively exempt exempted exemption exercise
    express expressed expressly external fail file files filtered find foi foia follow following for forward
    forwarded forwarding free freedom from further gdpr general given government gsi guarantee guaranteed has have
    hereby herein hesitate how however identified if immediately important in inadvertently incoming incomplete
    individual individuals infected inform information instead integrity joining intended intercepted internal
    internet into is it it's its kept kind know known late law lawful learn legal legally legislation liability
    liable limited link links loss lost made mail mails malicious manner may mcafee means mention message
    messagelabs messages might mimecast mistake mistaken mistakenly monitor monitored monitoring monitors more must
    name named necessarily necessary need neither nhs nhsmail no non nor norton not nothing notice notified notify
    notifying number obliged of offence office official on only open opening opinion opinions or order organisation
    organisation's organisational organisations organization organization's originate originated originates other
    others otherwise our out outgoing outside own paper parties party people permission permitted person personal
    persons phishing phone please policies policy portal possible presence present presented print printed printing
    prior privacy private privilege privileged procedures process processed prohibited property protect protected
    protection provided provider provides public purpose purposes read really reason receipt receive received
    recipient recipient's recipients recognise recognize recommend recommended reference registered regulation
    regulations relation relevant reliance rely relying replies reply replying represent representing represents
    reproduce reproduced reproduction request requested requests required reserves responsibility responsible retain
    retained return returning review right safe save scanned scotland secure secured security see send sender
    sender's senders sending sensitive sent service services shall share should sign so software solely some sophos
    source spam specific specifically specified stated statement statements strictly subject such suitable support
    suspect suspicious sustained switch symantec system systems take taken taking telephone than thank that the
    their them then there therefore these they third this those through to transmission transmit transmitted treat
    tree trees trust trust's trusted type unauthorised unauthorized under understanding unexpected unintended
    university university's unlawful unless unsolicited up upon use used user users using valid verified verify via
    views virus virus-free viruses visit waived waiver wales was we website were when where whether which while
    whilst who whom will wish with within without would written you your another effort english every found
    intercept makes precautions recommends record recorded remove takes traffic
"""
KNOWN = frozenset(_KNOWN.split())
"""What the sentences of trailers are made of. No word that tells of a person, a place or what happened to anybody."""
_HANGING = """
    a about an and any as at be before by for from if in into is may not of on only or that the this to was when which
    who with your
"""
HANGING = frozenset(_HANGING.split())
"""No sentence ends with one of these: what stands on the next line belongs to it."""
_DEVICE = (
    r"(?:iphone|ipad|ipod|android|samsung|galaxy|huawei|pixel|blackberry|windows phone|mobile|phone|smartphone|tablet"
    r"|xperia|oneplus|nokia|motorola)"
)
_PROGRAM = (
    r"\[?(?:proton ?mail|bt e-?mail|bt mail|aol|hotmail|mail\.com|the mail\.com|the mail\.com mail"
    r"|yahoo mail|outlook|gmail|samsung"
    r"|virgin media|sky|talktalk|icloud|bluemail|blackberry|microsoft outlook|hushmail|tutanota|tuta"
    r"|zoho mail|fastmail)\]?"
)
NOTES = (
    (
        rf"sent from my (?:[\w’'-]{{1,15}} )?{_DEVICE}(?: (?:device|phone|tablet|smartphone|[a-z]?\d{{1,2}}))?"
        r"(?: ?[.,;:–—-]{1,2} ?(?:please )?(?:excuse|forgive|apologies for|sorry for)(?: (?:the|my|any|brevity|typos"
        r"|errors|mistakes|spelling|and|or|auto-?correct)){1,6})?"
    ),
    r"virus[- ]free[. ]{1,3}(?:www\.)?(?:avg|avast|norton|mcafee)(?:\.com)?",
    r"(?:sent from )?yahoo mail: ?search, organi[sz]e, conquer|\[cid:[\w.@-]{1,100}\]",
    r"\[message clipped\](?: ?view entire message)?",
    (
        r"sent from (?:outlook|yahoo mail|mail|windows mail|gmail|samsung mobile|samsung email)"
        r"(?: (?:for|on|app for) (?:ios|android|mac|windows(?: \d\d)?|iphone|mobile))?"
    ),
    r"get outlook for (?:ios|android|mac|mobile)",
    (
        rf"sent (?:from|via|with|using|by) (?:the )?(?:all[- ]new )?{_PROGRAM}"
        r"(?:,? (?:mail|e-?mail|mobile|app|web|secure|tablet|phone|smartphone|for|on|ios|android|iphone"
        r"|ipad|mac|windows"
        r"|(?:1[01])\b)){0,6}"
    ),
    (
        r"sent (?:from|via) (?:the|my) samsung(?: galaxy)?(?: [a-z]{0,4}\d{1,3}[a-z]{0,2}(?: (?:plus"
        r"|ultra|edge|5g|fe)){0,2})?"
        r"(?:,? (?:an|at&t|android|4g|5g|lte|smartphone|device|phone|tablet)){0,6}"
    ),
)
"""Whole lines that programs write."""
_SITE = (
    r"(?:sites?|zone|environment|hospitals?|campus|trust|university|organi[sz]ation|premises|grounds|employer"
    r"|workplace)"
)
_NETWORK = (
    r"(?:twitter|facebook|instagram|x|linked ?in|you ?tube|tik ?tok|threads|bluesky|snapchat|flickr|social media)"
)
_HOLDER = r"(?: (?:award|diversity|global|gold|silver|bronze|top|\d{2,3})){0,3}"
_SCHEME = (
    r"(?:(?:disability confident|stonewall|athena swan|armed forces[- ]friendly|living wage"
    rf"|race equality charter){_HOLDER}"
    r"(?: (?:committed|employer|organi[sz]ation|leader|champion|member|holder))?"
    r"|(?:inclusive|equal opportunit(?:y|ies)|mindful|(?:carer|age|menopause)[- ]friendly|flexible)"
    r" (?:employer|organi[sz]ation|workplace))"
)
_SCHEMES = rf"{_SCHEME}(?:,? (?:and )?(?:an? |& )?{_SCHEME}){{0,5}}"
_HOURS = (
    r"(?:(?:normal|usual|own|contracted|regular|standard|office|core|your|my|of|the"
    r"|these) ?){0,5}(?:working )?(?:hours|days|pattern)"
)
_ANSWER = "(?:answer|reply|respond|read|action|act)"
_EXPECTED = (
    rf"(?:i (?:do not|don['’]t) expect (?:you to {_ANSWER}|(?:a|any|an) (?:immediate )?(?:reply|response|answer))"
    r"|(?:please |there is |you )?(?:do not|don['’]t|no|are not|need not|should not)(?: feel)?(?: any| under)?"
    r"(?: obliged| pressure| need| obligation| expectation| expected)?"
    rf"(?: for you)? to {_ANSWER}|please (?:only )?{_ANSWER} (?:when|during|within|at a time))"
    rf"(?: (?:to|it|this|on|or|{_ANSWER}|e-?mails?|them|immediately|straight away|until|when)){{0,6}}"
    rf"(?: (?:outside|during|within|in|until|at a time|when|that suits you)(?: of)?(?: {_HOURS}| yours)?)?"
)
BANNERS = (
    (
        rf"(?:this is|we are|{_BODY} is|(?:all )?(?:of )?our {_SITE} (?:is|are))?"
        r"(?: ?(?:now|an?|completely|totally|proud to be)){0,4}"
        rf" ?(?:smoke|tobacco)[- ]?free(?: {_SITE})?"
    ),
    (
        r"no smoking(?: (?:or|and) vaping)? (?:is (?:allowed|permitted) )?(?:anywhere )?(?:on|in) (?:this|our"
        rf"|the|any of our) {_SITE}"
    ),
    r"(?:please )?(?:consider|think of|think about|save|protect) (?:the |our )?environment",
    (
        rf"(?:follow|find|like|join|connect with) us on(?: our)? {_NETWORK}"
        rf"(?:(?: ?[,/|&:•·-] ?(?:and )?| and | or | )(?:on )?(?:{_NETWORK}\b|@[\w.]{{1,30}}|(?:https?://"
        rf"|www\.)[^\s<>]{{1,200}})){{0,12}}"
    ),
    rf"(?:(?:we are|{_BODY} is)(?: proud to be)? (?:an? )?|proud to be (?:an? )?|an? )?{_SCHEMES}",
    (
        r"(?:(?:i|we) (?:(?:may|sometimes|often) )?(?:work|am working) (?:flexibly|flexible hours"
        r"|at times that suit me)|(?:i|we) (?:(?:may|sometimes"
        rf"|often) )?send e-?mails? outside(?: of)? {_HOURS}|working flexibly|flexible working"
        r"|my working (?:hours|days|pattern) (?:may|might) (?:not be|be different (?:from"
        r"|to)) (?:your working (?:hours|days|pattern)|yours))"
        rf"(?: ?[:.,;–—-]{{1,2}} ?|,? (?:so|and|but) ){_EXPECTED}"
    ),
    (
        rf"{_BODY} is (?:an? )?(?:exempt charity|registered charity|charity|company limited by guarantee)"
        r"(?:,? (?:and|an?|registered|charity|exempt|company|limited|by|guarantee|in|england|wales|number"
        r"|no\.?|\d{4,9})){0,12}"
    ),
    (
        r"(?:registered )?charity(?: registered)?(?: in england(?: and wales)?| in scotland)?(?: ?[:,-])?"
        r" (?:number|no\.?):? ?(?:sc)?\d{4,9}"
    ),
)
"""What stands on a line with nothing else: people write about the same."""
