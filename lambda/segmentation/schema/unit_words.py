"""The words that customer files use for units: currencies, multiples, periods; compared as those of `vocabulary`."""

from __future__ import annotations

# What a number is counted in: currencies, each in one line, the first as ISO 4217 calls it. Signs that several
# countries have are those of the one that uses them most.
CURRENCIES = """
    usd $ us$ u$s us dollar dollars dolares dollari dolar ドル 米ドル
    eur € euro euros ευρω ユーロ
    gbp £ pound pounds libras livres sterling sterline ponden pfund
    jpy ¥ 円 yen yens
    cny 元 rmb cn¥ yuan 人民元
    chf fr frs sfr franken francs franchi
    brl r$ real reais reales
    try ₺ tl lira lirasi ytl
    inr ₹ rs rupee rupees रु रुपये
    rub ₽ руб р рублей рубли
    uah ₴ грн
    pln zł zl złotych
    czk kč kc kčs
    huf ft
    ron lei leu
    bgn лв
    krw ₩ 원
    thb ฿ บาท baht
    vnd ₫ đ đong
    idr rp rupiah
    myr rm ringgit
    sgd s$
    hkd hk$ 港幣
    twd nt$ ntd nt 新台幣 台幣
    php ₱ peso
    aud a$ au$
    cad c$ ca$
    nzd nz$
    mxn mx$ mex$
    ars ar$
    clp clp$
    cop cop$ col$
    pen s/
    uyu $u
    bob bs
    dop rd$
    jmd j$
    ttd tt$
    crc ₡ colones
    gtq
    pyg ₲ gs guaranies
    zar r rand
    ngn ₦ naira
    ghs ₵ gh₵ gh¢ cedi
    kes ksh kshs ksh/=
    tzs tsh tshs
    ugx ush ushs
    xof fcfa cfa
    xaf
    mad dh dhs dirhams
    tnd dt دت
    dzd da دج
    egp le e£ جم جنيه
    aed دإ درهم
    sar sr رس ريال ﷼
    qar qr رق
    kwd kd دك
    bhd bd دب
    omr رع
    jod jd دأ دينار
    iqd دع
    lbp لل
    irr ریال
    irt تومان تومن
    ils ₪ nis שח
    pkr
    bdt ৳ tk টাকা
    lkr
    npr
    kzt ₸ тг
    amd ֏
    gel ₾
    azn ₼ man
    mnt ₮
    rsd din дин
    sek
    nok
    dkk
    isk
    kr
    pesos
    uzs сум сўм som soʻm
    mkd ден den
    hrk kn
    lek
    hnl
    nio
    pab b/
    bwp
    mur
    mzn mt
    aoa kz
    zmw zk
    etb birr
    rwf
    cdf
    mga
    bnd
    khr ៛
    lak ₭
    mmk
    mvr
    btn nu
    bam
    mdl
    byn
    tjs
    kgs сом
    tmt
    syp
    yer
    lyd
    sdg
    cup
    bzd
    fjd
    pgk
    nad
"""
# Each with what it says, in headers and in cells.
MULTIPLES = {
    1_000: """
        k thousand thousands 000 000s mil miles milhares mille millier milliers tausend tsd migliaia mila
        duizend duizenden bin tys tis tisic tisice тыс тысяч тис хил mii mie ribu rb tusen 千 천 พัน พันบาท ألف الف هزار
        nghin ngan हजार אלף χιλ ezer hilj tuhat
    """,
    10_000: "万 萬 만 หมื่น",
    100_000: "lakh lakhs lac lacs lk lpa लाख แสน",
    1_000_000: """
        mm mn mln mio million millions millones milhoes milioni millionen miljoen milyon juta jt млн мiльйон
        百万 百萬 백만 مليون میلیون trieu tr ล้าน מיליון εκ
    """,
    10_000_000: "crore crores cr करोड़",
    100_000_000: "億 亿 억",
    1_000_000_000: "bn billion billions mrd milliarden miliardi miliar mld млрд مليار میلیارد",
}
# A second line of the same kind is the same unit.
PERIODS = {
    "a year": """
        annual annually yearly year annum pa anual anuales anuais annuel annuelle annuels annuelles jahrlich jahrliche
        jahrliches jahrl jahres jahreseinkommen jahresverdienst jahresgehalt bruttojahreseinkommen
        nettojahreseinkommen jahresnettoeinkommen yr annuo annua annuale jaarlijks jaarlijkse jaarinkomen jaarsalaris
        yillik 年収 年間 年間所得 年間収入 世帯年収 税込年収 手取り年収 annualincome yearlyincome annualsalary
        roczny roczne roczna rocznie rocni годовой годовая годовые річний arsinkomst arlig 年收入 年薪 연소득 연봉
    """,
    "a month": """
        monthly month mensual mensuales mensuel mensuelle mensuels monatlich monatliches monatliche monatseinkommen
        monatsnettoeinkommen mensal mensais mensile mensili maandelijks maandelijkse maandinkomen aylik 月収 月間
        monthlyincome mo
        miesieczny miesieczne miesieczna mesicni ежемесячный месячный месячная місячний manadsinkomst manadslon manedlig
        月收入 月薪 월소득 월급
    """,
    "a week": "weekly week semanal hebdomadaire wochentlich settimanale wekelijks haftalik 週",
    "a day": "daily day diario diaria quotidien taglich giornaliero dagelijks gunluk 日",
}
# Of time, each in one line.
TIMES = """
    year years yr yrs yo ano anos an ans annee annees jahr jahre jahren anni anno jaar jaren yil yas 歳 才 年
    month months mes meses mois monat monate monaten mese mesi maand maanden ay 月 ヶ月 か月
    week weeks semana semanas semaine semaines woche wochen settimane weken hafta 週
    day days dia dias jour jours tag tage tagen giorni dagen gun 日
"""
# What else may stand beside a number in a cell.
POINTS = "percent prozent pct % point points pts punkte puntos pontos punti punten 点"
# A header ends in one of these where it names a unit without brackets: `Income USD`; other words may be its name.
UNITS = """
    usd eur gbp jpy chf cad aud nzd brl mxn ars clp cop pen try tl inr cny rmb sek nok dkk pln czk huf ron zar
    krw sgd hkd twd aed sar myr idr php thb vnd rub uah kes ngn egp mad
    $ € £ ¥ ₹ ₽ ₺ r k k$ k€ k£ m m$ m€ mxn r$ rm nt$ hk$ s$ thousand thousands million millions
    dollar dollars us us$ euro euros pound pounds yen yens lira rupees rupiah ringgit
    mil miles milhares millones milhoes dolares pesos reales reais libras
    mille millier milliers livres
    tausend tsd teur keur t€ mio millionen dollar pfund franken
    migliaia dollari sterline
    duizend duizenden ponden
    bin milyon lirasi tys tis zł lei kč
    years year yrs yr anos ano ans an jahre jahren anni anno jaar jaren yil months days weeks
    円 千円 万円 百万円 億円 元 千元 万元 萬元 千 万 ドル ユーロ 歳 만원 천원 백만원 억원 원
    тыс тис млн руб рублей грн $k €k £k kr tkr tusen kč tis ft ezer mii บาท
    percent prozent
"""

UNIT_JOINTS = "in en em of de d des w di van per in"
