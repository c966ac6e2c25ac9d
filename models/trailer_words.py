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
    r"(?:some people who received this message )?(?:you )?don['’]t often get e-?mails? from \S{3,100}",
    (
        r"(?:any )?(?:unauthori[sz]ed )?(?:use|review|disclosure|dissemination|copying|distribution|reproduction)"
        rf"(?:,| or| and| other| use| review| disclosure| dissemination| copying| distribution| reproduction"
        rf"| forwarding"
        rf"| printing){{0,14}} (?:of|in reliance on) (?:{_THIS}|{_INFORMATION}) (?:is|by)"
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
        r"(?:we|the (?:trust|university|college|sender|company|organisation|board|council|recipient|author))"
        r" (?:cannot|accepts?|does not|do not|has|have|reserves?|may|will|shall|monitors?|is|are|therefore"
        r"|should|takes?)"
    ),
    r"(?:to do so|doing so|(?:any )?(?:such|other) (?:use|action|disclosure)) (?:is|may|might|would)",
    r"thank you for your (?:co-?operation|assistance|understanding|help with this)",
    r"nhsmail (?:is|provides|can)|for more information (?:and|about|on|visit|see)|find out more",
    r"learn (?:why this is important|more)|recipients? (?:should|must)|e-?mails? (?:is|are|may|can|cannot)",
    r"(?:the )?(?:confidentiality|security|integrity|accuracy) of",
)
JOINED = r"joining nhsmail ?[–—-] ?nhsmail support|joining nhsmail|/joiningnhsmail"
"""Where a trailer's sentence ends even if no full stop, and no new line, stands behind it."""
_KNOWN = """
    1998 2000 2002 2004 2018 a about accept accepted accepts access accessed accessible accidentally
    accompanying accordance accordingly account accreditation accredited accuracy accurate act act's action
    actions acts addition address addressed addressee addressees advice advise advised affect after against
    agent all also although always an and antivirus any anyone anywhere appear applicable appropriate approved
    are arising as assistance at attached attachment attachments attempt author authorised authorized
    automatically available avast avg aware barracuda based be been before being believe belong belonging bind
    binding board body both business but by can cannot career careful caused caution cautious certain change
    changed charity check checked choose click clicking co-operation code collaboration committed communicate
    communication communications company completely compliance computer confidential confidentiality confirm
    consider considered constitute contact contain contained containing contains content contents
    contract cooperation copied copies copy copying correct correspondence corrupted could council courtesy
    damage damages data deemed defects delay delete deleted deleting delivery desk destroy destroyed destroying
    detected determine directed directly directory disclose disclosed disclosing disclosure disclosures
    disseminate dissemination distribute distributed distributing distribution do document documents does don't
    done due e-mail e-mailed e-mails eir either electronic email emailed emails employee employer employment
    england ensure entire entirely entity environment environmental error errors even event except exchange
    exchanging exclusively exempt exempted exemption exercise express expressed expressly external fail file
    files filtered find foi foia follow following for forward forwarded forwarding free freedom from further
    gdpr general given government gsi guarantee guaranteed has have hereby herein hesitate how however
    identified if immediately important in inadvertently incoming incomplete individual individuals infected
    inform information instead integrity joining intended intercepted internal internet into is it it's its kept kind
    know known late law lawful learn legal legally legislation liability liable limited link links loss lost
    made mail mails malicious manner may mcafee means mention message messagelabs messages might
    mimecast mistake mistaken mistakenly monitor monitored monitoring monitors more must name named necessarily
    necessary need neither nhs nhsmail no non nor norton not nothing notice notified notify notifying number
    obliged of offence office official on only open opening opinion opinions or order organisation
    organisation's organisational organisations organization organization's originate originated originates
    other others otherwise our out outgoing outside own paper parties party people permission permitted person
    personal persons phishing phone please policies policy portal possible presence present presented print
    printed printing prior privacy private privilege privileged procedures process processed prohibited property
    protect protected protection provided provider provides public purpose purposes read really reason receipt
    receive received recipient recipient's recipients recognise recognize recommend recommended reference
    registered regulation regulations relation relevant reliance rely relying replies reply replying
    represent representing represents reproduce reproduced reproduction request requested requests required
    reserves responsibility responsible retain retained return returning review right safe save scanned scotland
    secure secured security see send sender sender's senders sending sensitive sent service services shall share
    should sign so software solely some sophos source spam specific specifically specified stated statement
    statements strictly subject such suitable support suspect suspicious sustained switch symantec system
    systems take taken taking telephone than thank that the their them then there therefore these they third
    this those through to transmission transmit transmitted treat tree trees trust trust's trusted type
    unauthorised unauthorized under understanding unexpected unintended university university's unlawful unless
    unsolicited up upon use used user users using valid verified verify via views virus virus-free viruses visit
    waived waiver wales was we website were when where whether which while whilst who whom will wish with within
    without would written you your
"""
KNOWN = frozenset(_KNOWN.split())
"""What the sentences of trailers are made of. No word that tells of a person, a place or what happened to anybody."""
_HANGING = """
    a about an and any as at be before by for from if in into is may not of on only or that the this to was when
    which who
    with your
"""
HANGING = frozenset(_HANGING.split())
"""No sentence ends with one of these: what stands on the next line belongs to it."""
_DEVICE = (
    r"(?:iphone|ipad|ipod|android|samsung|galaxy|huawei|pixel|blackberry|windows phone|mobile|phone|smartphone|tablet"
    r"|xperia|oneplus|nokia|motorola)"
)
NOTES = (
    rf"sent from my (?:[\w’'-]{{1,15}} )?{_DEVICE}(?: (?:device|phone|tablet|smartphone|[a-z]?\d{{1,2}}))?",
    (
        r"sent from (?:outlook|yahoo mail|mail|windows mail|gmail|samsung mobile|samsung email)"
        r"(?: (?:for|on|app for) (?:ios|android|mac|windows(?: \d\d)?|iphone|mobile))?"
    ),
    r"get outlook for (?:ios|android|mac|mobile)",
)
"""Whole lines that programs write."""
