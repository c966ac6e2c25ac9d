"""The words by which machines give themselves away: absences, delivery failures and receipts, in many languages."""

import re

OUT_OF_OFFICE = re.compile(
    r"\s*(?:re:\s*)?\[?(?:auto(?:mat(?:ic|ed))?[ -]?(?:reply|response|answer|replied)|autoreply|auto:"
    r"|(?:out[ -]of[ -](?:the[ -])?office|ooo|vacation|(?:i am |i'm )?(?:currently )?(?:on annual leave|on leave"
    r"|away from (?:my |the )?(?:office|desk|e?-?mail)))"
    r"(?: (?:auto)?(?:reply|response|answer|notice|message|notification|alert))?\s*(?:\Z|[:(\[–-]|re\b|until"
    r"|from|till|\d)"
    r"|automatische antwort|abwesen|außer haus|réponse automatique|absence du bureau|absent|respuesta automática"
    r"|fuera de (?:la )?oficina|risposta automatica|fuori (?:sede|ufficio)|automatisch antwoord|afwezig"
    r"|resposta automática|ausência|odpowiedź automatyczna|autosvar|automatisk svar|automatiskt svar"
    r"|automaattinen vastaus|poissa|automatická odpověď|automatikus válasz|răspuns automat|автоматический ответ"
    r"|автоответ|автоматична відповідь|otomatik yanıt|αυτόματη απάντηση|automatski odgovor|samodejni odgovor"
    r"|自动回复|自动答复|自動回覆|自動返信|自動応答|자동 회신|رد تلقائي|תשובה אוטומטית)",
    re.IGNORECASE,
)
_BEGINS = r"(?:\A|[.!?,;:\n*>–-]\s{0,4}|\bthat |\band |\bas |\bbecause )"
AWAY = re.compile(
    _BEGINS + r"(?:I am|I[’']m|I will be) (?:currently |now |presently )?(?:out of (?:the )?office|on (?:annual "
    r"|maternity |paternity |parental |sick |study |bank |extended )?leave|away\b|off sick|on holiday|on vacation"
    r"|not in the office|travelling)"
    r"|\bI will not be (?:reading|checking|monitoring) (?:my )?e?-?mails?"
    r"|\bI (?:have|'ve) (?:now )?left (?:the |this )?(?:trust|organi[sz]ation|company|hospital|university|school)\b"
    r"|\b(?:limited|no) access to (?:my )?e-?mails?"
    r"|\bthis is an auto(?:mat(?:ed|ic))?[ -]?(?:reply|response|message|e-?mail)"
    r"|\bautomatically generated (?:reply|response)|\bthis (?:mailbox|inbox|address) is (?:not|no longer) monitored"
    r"|\bwe have received your (?:e-?mail|message|request|enquiry)"
    r"|\bI will (?:reply|respond|get back to you) (?:to your \S+ )?(?:on|upon|after|when) my return"
    r"|ich bin (?:derzeit |momentan |bis |vom )?.{0,40}(?:nicht (?:im büro|erreichbar)|abwesend|außer haus|im urlaub)"
    r"|ich befinde mich .{0,30}(?:urlaub|elternzeit)|je suis (?:actuellement )?(?:absent|en congé)"
    r"|actuellement en congé|je serai de retour|estoy fuera de la oficina|est(?:oy|aré) (?:de vacaciones|fuera)"
    r"|sono (?:fuori (?:sede|ufficio)|in ferie|assente)|ik ben .{0,30}(?:afwezig|vakantie|verlof)"
    r"|estou (?:ausente|de férias|fora)|jestem (?:nieobecn|na urlopie)|jag är (?:på semester|inte på kontoret|ledig)"
    r"|jeg er (?:på ferie|ikke på kontor|fraværende)|olen (?:lomalla|poissa)|jsem na dovolené|nejsem v kanceláři"
    r"|szabadságon|házon kívül|sunt în concediu|nu sunt la birou|в отпуске|отсутствую на работе|у відпустці"
    r"|izindeyim|izinde olacağım|απουσιάζω|εκτός γραφείου|na godišnjem odmoru|na dopustu|不在|休暇|休假|外出"
    r"|부재중|휴가"
    r"|خارج المكتب|מחוץ למשרד",
    re.IGNORECASE,
)
BOUNCE_SUBJECT = re.compile(
    r"\s*(?:re:\s*)?(?:\[[^\]]{1,30}\]\s*)?(?:notice: )?(?:\W{0,3})(?:undeliver(?:able|ed)|(?:permanent |e-?mail )?"
    r"delivery (?:status notification|failure|has failed|problem|delayed|report|incomplete|notification|error|status)"
    r"|mail (?:delivery|system error|status report|failure)|returned? (?:mail|to sender)|failure notice"
    r"|failed (?:mail|delivery)|message (?:not delivered|undeliverable|could not be|delayed|status|you sent blocked)"
    r"|(?:sorry, )?your message (?:could not be|was not|was rejected)|non[- ]?(?:delivery|remise)"
    r"|could not (?:be delivered|send)|warning: (?:could not send|message .{1,40} delayed)|nondeliverable|ndn:|dsn:"
    r"|unzustellbar|nicht zugestellt|zustellung|non remis|échec de|notification d[’']échec|no se puede entregar"
    r"|no se ha podido|devuelto|mancata consegna|non recapitabile|impossibile recapitare|onbestelbaar"
    r"|não (?:foi )?(?:entregue|é possível)|niedostarczalne|nie można dostarczyć|kan inte levereras|kan ikke leveres"
    r"|olevererbart|ei voi(?:da)? toimittaa|nelze doručit|nedoručiteľné|nedoručitelné|kézbesíthetetlen|nelivrabil"
    r"|teslim edilemedi|δεν είναι δυνατή|ne može se isporučiti|rejected:|user unknown|address not found|недоставлен"
    r"|не удается доставить|не доставлено|配信不能|配信エラー|配信できません|无法(?:送达|投递)|退信|無法傳遞"
    r"|系统退信|배달 실패)",
    re.IGNORECASE,
)
BOUNCE_TEXT = re.compile(
    r"this is the (?:qmail-send program|mail (?:delivery )?(?:system|agent) at|james mail server)"
    r"|this message was created automatically by mail delivery software"
    r"|I'm sorry to have to inform you that your message|I'm afraid I wasn't able to deliver"
    r"|could not be delivered to (?:one or more|the following|all)|(?:was|were|is) (?:not delivered|undeliverable) to"
    r"|the following (?:address(?:es)?|recipient\(?s?\)?|message)\b.{0,60}\b(?:failed|fatal errors|undeliverable"
    r"|could not|rejected|delivery problems)"
    r"|permanent (?:fatal )?(?:delivery )?errors|delivery (?:to the following|has failed to these) recipient"
    r"|did not reach the following recipient|unable to deliver (?:your message|the following)"
    r"|address(?:es)? had (?:permanent|transient)|message (?:cannot|could not) be delivered"
    r"|your message (?:to .{1,80} )?(?:couldn't|could not|wasn't|was not|did not|has not been) (?:be )?(?:delivered"
    r"|reach)"
    r"|\b5\d\d[ -]5\.\d\.\d{1,2}\b|\b550 .{0,60}(?:user|mailbox|recipient|unknown|no such)"
    r"|diagnostic information for administrators|reason for the failure|mailbox (?:is full|unavailable|not found)"
    r"|exceeds allowed size|over quota|konnte nicht zugestellt werden|fehler bei der nachrichtenzustellung"
    r"|échec de la remise|error de entrega|impossibile recapitare|nie można dostarczyć|det gick inte att leverera"
    r"|levering aan de volgende|não foi possível entregar|配信できませんでした|无法(?:送达|投递)",
    re.IGNORECASE,
)
MAILER = re.compile(
    r"(?:mailer[-_.]?daemon|mail-?daemon|mdaemon|postmaster|mailerdaemon|bounces?|mail\.?delivery\S*|maildelivery|exim"
    r"|microsoftexchange[0-9a-f]{20,40})@",
    re.IGNORECASE,
)
MAILER_NAME = re.compile(
    r"(?:\W{0,2})(?:mail delivery (?:sub)?system|internet mail delivery|mail administrator|mail router|mail system"
    r"|mailer[- ]daemon|courier mail server|system administrator|postmaster|mdaemon|microsoft outlook)\b",
    re.IGNORECASE,
)
NEVER_A_PERSON = re.compile(r"mailer[-_.]?daemon@|microsoftexchange[0-9a-f]{20,40}@", re.IGNORECASE)
RECEIPT_SUBJECT = re.compile(
    r"\s*(?:(?:not )?read|gelesen|ungelesen|lu|non lu|leído|letto|gelezen|lida?|läst|læst|lest|przeczytano)\s?:",
    re.IGNORECASE,
)
RECEIPT_TEXT = re.compile(
    r"\s*(?:your message\b.{0,600}\bwas (?:read|deleted without being read|displayed) on"
    r"|ihre nachricht\b.{0,600}\bgelesen|votre message\b.{0,600}\ba été lu|su mensaje\b.{0,600}\b(?:leído|leyó)"
    r"|il messaggio\b.{0,600}\b(?:letto)|uw bericht\b.{0,600}\bgelezen)",
    re.IGNORECASE | re.DOTALL,
)
