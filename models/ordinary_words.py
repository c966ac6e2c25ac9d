"""Words and abbreviations that are also surnames and initials, so that alone they do not name anybody.

The abbreviations are those that occur in what learners write, and short English words that appear in capitals.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SURNAMES = _words(
    """
    admin ash bar bath bay best bird bishop black blood bloom blue bond bone bones boot box boy branch bright brook
    broom brown buck bull burn burns butcher call care cash chambers chance child christmas church coffin constant
    cook corner cotton court crane cross crow cruel cure daily dance day dean deed demo dent derby diamond dock
    doctor drew drive driver duck duke earl early east england english example fair fairly faith farm fell field
    fields fish foot forest forth foster fountain fox freeman french friend frost gate gates gay glass gold golden
    good grace grant grave gray green greenwood grey ground grove guest guy hale hall ham hand hands hare harm head
    hearn heart hill hills hole holiday hollow home hood hook hope horn horne house hull hunt jacket judge july june
    justice keen kettering key keys kind king kings kirk kitchen lake land lane large law laws lawyer leader leaf
    learner leicester light lincoln line little lock long lord love low lowe major makin manager march marks masters
    may meadows means mercy mere miles mill minor moon mount music nail neal need newton nice night noble norm north
    northampton nottingham nurse officer orange ore pack page pain paine park parks patience peace peak pearl penny
    place plant player pool porter post pound power precious price prime prior quick rain read reader rest rich ride
    ring rivers rock round rule rush salt sand sands say sharp ship shore short simple small smart snow south spring
    staff stafford stark steel stone storm street strong student style summer summers sutton sweet swift tall
    teacher test thing town towns trainee trainer tree trust tutor van victoria vine visitor wade wait walk wall
    walls war ward wards warner warwick waters watt way weeks well welsh west white wild will wills wing winter
    winters wise wood woods wool worcester word worth yard york young
    """
)
"""Surnames that are ordinary words, titles or places of the Midlands: they need a first name, an initial or a title."""

ABBREVIATIONS = _words(
    """
    ACP ADD AED AES AGM AGO AHP AKT ALL ALS AM AMD AMU AN AND ANP ANY ARE ARM AS ASK AT ATE BAB BAG BAY BBA BCC BCH BE
    BED BIG BIN BIT BMA BMS BNF BOY BP BPA BPS BTC BUS BUT BY CAN CAR CAT CBD CBT CCT CCU CD CEO CK CNS CPD CPN CPR CQC
    CR CRH CRY CS CST CSW CT CTG CUP CUT CV CXR DAD DAY DBS DCT DFT DID DME DN DNA DNR DO DOB DOG DON DPH DR DS DSE DUE
    DVT EAR EAT EBM ECG ECT ED EEG EM EMG END ENP ENT EPR EPU ES EYE FAG FAR FEE FFP FOB FOI FOR FRI FT FTB FTP FTSU FY
    FYI GA GAP GAS GCS GDC GEN GET GI GIF GIM GMC GO GOD GOT GP GU GYM HAD HAS HCA HDU HE HEE HEI HER HES HI HIM HIP HIS
    HIT HIV HO HOT HOW HR HRS HUB HV ICM ICU ID IF IG IM IMG IMT IN INR IPC IR IS ISF ISN ISO IT ITP ITS ITU IV JAN JCF
    JOB KEY KGH KID KIT KMH LA LAD LD LED LEM LEP LET LGH LIP LL LOT LOW LRI LT MA MAN MAU MAY MD MDS MDT MDU ME MED MET
    MH MI MIU MOT MP MR MRI MRS MS MSE MSK MUM MW MWL MY NA NAN NEW NG NGH NHS NIV NMC NNU NO NOR NOT NOV NOW NQ NQN NUH
    OBS OD ODD ODP OF OFF OH OHC OK OLD ON ONE OOH OOP OP OR OT OUR OUT OWE OWN PA PAD PAT PAU PAY PC PCN PD PDF PDM PE
    PEF PEG PG PGY PIN PM PO POT POW PR PRE PRH PRN PS PSW PTP PUT PWP QA QC QE QI QMC QR RA RCA RCM RCN RCP RD RE RED
    REF REG REP RMN RN RO ROH RTA RTP RUN SAC SAS SAT SAU SAW SAY SCA SCE SDT SEE SHE SHO SI SIT SIX SLT SO SOF SON SPQ
    SPR SR SSRI ST STP SUM SVT SWB TB TBC TEA TEN THE TIA TNA TO TOO TOP TPD TPN TRY TTO TUB TV TWO UHB UHC UHL UHN UK
    UNI UP US USE UTI VAC VAT VE VF VIS VS VT WAS WAY WBA WE WED WET WHO WHY WON WRH WT YAG YES YET YOU YR ZOO
    """
)
"""What stands in capitals without being anybody's initials."""
