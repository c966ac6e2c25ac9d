"""The words of the line above a quote ("On … wrote:"), as mail programs write it in many languages."""

WROTE = (
    r"(?:wrote|writes|schrieb|geschrieben|a\s+écrit|escribió|escribio|ha\s+scritto|schreef|geschreven|escreveu"
    r"|napisał(?:a|\(a\))?|pisze|skrev|kirjoitti|napsal(?:a|\(a\))?|napísal(?:a|\(a\))?|ezt\s+írta|írta|a\s+scris"
    r"|έγραψε"
    r"|написал(?:а|\(а\))?|пишет|пише|написа(?:в|ла)|yazdı|写道|寫道|書きました|のメール|kirjoittanut|rašė|pisze|piše)"
)
DATED_INTROS = (
    r"On\b.{6,300}\bwrote",
    r"Am\b.{6,300}\b(?:schrieb\b.{0,120}|geschrieben)",
    r"Le\b.{6,300}\ba\s+écrit",
    r"El\b.{6,300}\bescribi[óo]",
    r"Il\b.{6,300}\bha\s+scritto",
    r"Op\b.{6,300}\b(?:schreef\b.{0,120}|geschreven)",
    r"Em\b.{6,300}\bescreveu",
    r"(?:W\s+dniu|Dnia)\b.{6,300}\b(?:pisze|napisał(?:a|\(a\))?)",
    r"Den\b.{6,300}\bskrev\b.{0,120}",
    r"(?:Dne|Dňa)\b.{6,300}\bnap[sí]{1,2}al(?:a|\(a\))?",
    r"(?:În|In)\b.{6,300}\ba\s+scris",
    r"Στις\b.{6,300}έγραψε",
    r"在.{6,300}[写寫]道",
    r".{2,200}于\s?\d{4}年.{2,80}[写寫]道",
    r"\d{4}年\d{1,2}月\d{1,2}日.{0,200}(?:@.{0,120}|書きました|のメール)",
    r"\d{1,2}[./]\d{1,2}[./]\d{2,4}.{3,300}\b(?:" + WROTE + r")",
    r"(?:\d{4}-\d\d-\d\d|\d{4}[/.]\d{1,2}[/.]\d{1,2}|\d{1,2}\.\d{1,2}\.\d{4})\b.{0,200}@.{0,120}",
    r"\w{2,12}\.?,? \d{1,2}\.? \w{3,12}\.? \d{4}\b.{0,200}@.{0,120}",
    r".{2,200}\btarihinde\b.{2,200}yazdı",
    r"(?:\w{1,5}\.?,? )?\d{1,2}\.? \w{3,12}\.? \d{4}\b.{3,200}\b(?:skrev|schreef|schrieb)\b.{0,120}",
    r"Às \d{1,2}:\d\d de\b.{6,200}\bescreveu",
    r"Excerpts from\b.{3,200}\bmessage of .{6,60}",
)
LOOSE_INTROS = (
    r".{6,300}\b" + WROTE,
    r"(?:Quoting|Zitat von|Quoting:) .{1,120}",
    r".{0,120}<[^<>@\s]{1,80}@[^<>\s]{1,120}>.{0,60}\b" + WROTE + r".{0,60}",
    r".{1,120}\bschrieb am .{6,120}",
)
