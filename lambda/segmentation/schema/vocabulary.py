"""The words that customer files use, in nine languages: for columns, units, missing values and sums.

Names are compared as `columns.normalised` writes them: no accents, no capitals, nothing between the words.
"""

from __future__ import annotations

# English, Spanish, French, German, Portuguese, Italian, Dutch, Turkish, Japanese.
ROLE_NAMES = {
    "gender": """
        gender genre sex genero sexo sexe geschlecht genere sesso geslacht cinsiyet cinsiyeti 性別
    """,
    "age": """
        age edad age alter lebensalter durchschnittsalter idade eta leeftijd yas yasi 年齢 年令
    """,
    "income": """
        income annualincome annualinc yearlyincome monthlyincome householdincome salary annualsalary wage wages earnings
        ingreso ingresos renta salario sueldo revenu revenus salaire einkommen jahreseinkommen
        haushaltseinkommen verdienst jahresverdienst gehalt jahresgehalt renda rendimento rendimentos reddito redditi
        stipendio inkomen
        jaarinkomen
        salaris jaarsalaris gelir geliri maas maasi 年収 収入 所得 年間所得 年間収入 月収 世帯年収
        nettoeinkommen bruttoeinkommen haushaltsnettoeinkommen bruttojahreseinkommen
        nettojahreseinkommen jahresnettoeinkommen durchschnittseinkommen durchschnittsgehalt
        medianeinkommen
        monatseinkommen monatsnettoeinkommen bruttogehalt nettogehalt gezinsinkomen 税込年収 手取り年収
    """,
    "spending": """
        spending spendingscore spendscore spend spendingindex spendingrate expenditure expenditurescore
        purchasescore
        gasto gastos puntajegasto puntajegastos puntuaciongasto puntuaciongastos puntajecompras
        puntuacioncompras
        indicegasto scoregasto scoregastos puntajeconsumo
        depense depenses scoredepense scoredepenses notedepense notedepenses indicedepenses
        ausgaben durchschnittsausgaben ausgabenscore ausgabenindex ausgabenpunkte ausgabenwert ausgabenbewertung
        kaufkraftscore konsumscore
        indicegastos pontuacaodespesas pontuacaogasto pontuacaogastos pontuacaocompras despesa despesas scoredespesas
        spesa spese punteggiospesa punteggiospese indicespesa scorespesa
        uitgaven uitgavenscore bestedingen bestedingsscore uitgavenpunten
        harcama harcamalar harcamapuani harcamaskoru harcamaskor harcamaendeksi
        支出 支出スコア 消費スコア 購買スコア 購入スコア 支出額 年間支出 年間支出額 消費額 支出指数
        indicedepense purchaseamount spent amountspent moneyspent spendings kaufscore
        scoreachat scoreachats besteding 購入金額 購買金額 利用金額
    """,
}
# What an id is called, whosever it is.
IDS = "id uuid guid"
# Of one of these an id is a customer's: `CLIENTNUM`, `master_id`.
PARTIES = """
    customer cust client clnt consumer member user account acct contact master person party household
    subscriber subscription buyer shopper guest visitor patient donor tourist student passenger policyholder
    cardholder cardmember holder borrower respondent individual profile record entity crm loyalty lead
    cliente usuario cuenta socio contacto persona titular
    abonne adherent compte utilisateur personne foyer
    kunde kunden kundinnen kd mitglied mitglieds benutzer nutzer konto kontakt haushalt debitor debitoren
    conta contato pessoa utente assinante contatto iscritto conto
    klant lid gebruiker rekening relatie debiteur
    musteri uye kullanici hesap abone
    顧客 会員 お客様 ユーザー アカウント 利用者 契約者
"""
ID_WORDS = """
    id ids uuid guid # n no nr num number key code ref reference identifier
    numero codigo referencia identificador clave identifiant
    nummer numer kennung schlussel codice riferimento identificativo sleutel numarasi kodu
    番号 コード
"""
# These may stand between: `customer_unique_id`, `Loyalty Card Number`.
ABOUT_IDS = "unique card"
# These may stand behind: `N° client`, `Código do cliente`.
PARTIES_BEHIND = "client cliente customer adherent abonne socio utente"
# Where nothing is called an id.
PARTIES_THEMSELVES = """
    customer client consumer cliente kunde klant musteri 顧客 code codigo codice matricule matricula matricola debitor
"""
# What numbers customers, or just the rows.
ROW_NUMBERS = "# n no nr num number numero nummer numer 番号"
# Music has one too.
MAYBE_GENDER = "genre genero genere"
GENDERS = """
    m f w h x d u k e v o male female man men woman women boy girl other others unknown nonbinary diverse
    unspecified undisclosed prefernottosay transgender trans
    hombre mujer masculino femenino varon otro otra noespecificado
    homme femme masculin feminin autre nonbinaire
    mann frau mannlich weiblich divers herr
    masculino feminino homem mulher outro
    maschio femmina uomo donna maschile femminile altro
    man vrouw mannelijk vrouwelijk anders
    erkek kadin bay bayan diger
    男 女 男性 女性 その他 回答しない 不明
    mr mrs ms mme mlle sr sra 0 1 2 3 9
"""
# Taken for a spending score only where no column is named more plainly.
SCORE_NAMES = """
    score points puntaje puntajecredito puntuacion puntos note points punkte punktzahl pontuacao pontos
    punteggio punti punten puan skor スコア ポイント 得点
"""
# Words that say nothing of the role: whose it is, for how long, and small words.
FILLERS = """
    #
    customer customers client clients consumer buyer shopper cliente clientes clienti kunde kunden klant
    klanten
    musteri musterinin 顧客 お客様
    annual yearly year annum p pa per monthly month total household family personal disposable gross net average
    declared reported self current fiscal hh base to
    estimated estimate est approx approximate approximately avg mean median ø the of a an in by for
    anual anuales mensual bruto bruta brutos neto neta netos total hogar del de la el los las en por su
    declarado declarada declarados declaradas actual actuales
    estimado estimada estimados estimadas promedio prom medio media medios medias aproximado aproximada aprox
    annuel annuelle annuels annuelles menage mensuel mensuelle brut brute net foyer du des le les par un une d l
    declare declaree declares declarees actuel actuelle
    estime estimee estimes estimees moyen moyenne moyens moyennes moy approximatif approximative median
    jahrliches jahrliche jahrlich jahrl monatlich monatliches brutto netto der des die das pro im
    geschatzt geschatzte geschatztes geschatzter geschatzten gesch durchschnitt durchschnittlich
    angegebenes aktuelles durchschnittl
    durchschnittliche durchschnittliches durchschnittlicher durchschnittlichen durchschn mittlere mittleres
    mittlerer ungefahr ungefahres ca circa
    mensal anuais familiar do da dos das em por aproximado aproximada
    annuo annua annuale familiare mensile lordo netto di della dello dei in
    dichiarato dichiarata attuale
    stimato stimata stimati stimate medi mediano mediana approssimativo
    jaarlijks jaarlijkse maandelijks bruto van het per in
    geschat geschatte verwacht verwachte gemiddeld gemiddelde gem mediaan
    yillik aylik toplam hane net ve
    tahmini tahmin ortalama ort yaklasik
    年間 月間 平均 推定 推計 見込 見込み 概算 の
"""
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

PERSONAL_NAMES = {
    "e-mail addresses": """
        email emails mail emailaddress mailaddress correo correoelectronico courriel adressemail adresseemail
        emailadresse mailadresse enderecoemail posta eposta epostaadresi emailadres
        メール メールアドレス 電子メール
    """,
    "phone numbers": """
        phone phonenumber phoneno telephone telephonenumber tel mobile mobilenumber mobilephone
        cellphone cell fax portable
        telefono numerotelefono movil celular telefonenumero telefon telefonnummer handy handynummer
        mobil mobilnummer
        telefone telemovel cellulare numerocellulare telefoonnummer telefoon mobiel telefonnumarasi
        ceptelefonu gsm
        mobileno mobilephonenumber contactnumber contactno telno telefonno telefonprivat telprivat rufnummer whatsapp
        電話 電話番号 携帯 携帯電話 携帯番号
    """,
    "names": """
        name names fullname firstname lastname surname forename givenname familyname middlename customername
        clientname
        nombre nombres apellido apellidos nombrecompleto nombrecliente
        nom nomfamille prenom noms prenoms nomclient nomcomplet
        vorname nachname familienname kundenname
        nome sobrenome apelido nomecompleto nomecliente cognome nomecognome
        naam voornaam achternaam klantnaam
        ad soyad adi soyadi adsoyad adisoyadi isim musteriadi
        custname fname lname initials contactperson contactname username login nombreyapellidos razonsocial
        raisonsociale ansprechpartner kontaktperson firma company companyname referente contactpersoon
        氏名 名前 姓 名 姓名 お名前 フリガナ 顧客名 氏名カナ
    """,
    "addresses": """
        address addresses street streetaddress homeaddress postaladdress billingaddress shippingaddress
        addressline
        addressline1 addressline2 latitude longitude zip zipcode postcode postalcode ip ipaddress
        direccion calle domicilio codigopostal
        adresse rue codepostal
        anschrift strasse hausnummer postleitzahl plz wohnort
        endereco rua morada cep
        indirizzo codicepostale cap
        adres straat huisnummer adresi sokak postakodu
        strassenr strasseundhausnummer streetname calleynumero
        住所 郵便番号
    """,
    "birth dates": """
        dob birthdate birthday dateofbirth datebirth fechanacimiento datenaissance geburtsdatum geburtstag
        datanascimento
        datanascita geboortedatum dogumtarihi 生年月日 誕生日
        birth bday geburt geboren naissance nacimiento nascimento nascita
    """,
    "official or account numbers": """
        ssn socialsecurity socialsecuritynumber passport passportnumber passportno
        idcard idcardnumber iban bic creditcard creditcardnumber cardnumber
        taxid nif dni nie
        curp rfc cpf codicefiscale bsn steuernummer tckimlikno kimlikno マイナンバー
    """,
}
# One of these among the words of a name is enough.
PERSONAL_WORDS = {
    "email": "e-mail addresses",
    "mail": "e-mail addresses",
    "correo": "e-mail addresses",
    "courriel": "e-mail addresses",
    "eposta": "e-mail addresses",
    "phone": "phone numbers",
    "telephone": "phone numbers",
    "telefono": "phone numbers",
    "telefon": "phone numbers",
    "telefone": "phone numbers",
    "tel": "phone numbers",
    "passport": "official or account numbers",
    "iban": "official or account numbers",
    "firstname": "names",
    "lastname": "names",
    "fullname": "names",
    "apellidos": "names",
    "vorname": "names",
    "nachname": "names",
    "prenom": "names",
    "cognome": "names",
    "soyad": "names",
    "surname": "names",
    "address": "addresses",
    "adresse": "addresses",
    "direccion": "addresses",
    "endereco": "addresses",
    "indirizzo": "addresses",
    "street": "addresses",
    "strasse": "addresses",
    "birthdate": "birth dates",
}

# What stands where nothing is known; compared without capitals and spaces around.
MISSING = {
    *("", "?", "-", "--", "–", "—", ".", "..", "na", "n/a", "#n/a", "#na", "n.a.", "nan", "null", "(null)", "none"),
    *("nil", "<na>", "missing", "#value!", "#ref!", "#div/0!", "#name?", "#num!", "#null!", "\\n"),
    *("k.a.", "s/d", "n/d", "n.d.", "nd", "不明", "なし", "(blank)", "(leer)", "(vacio)", "(vide)"),
}
# What a row is called that sums up others; compared as `columns.normalised` writes it.
SUMMARY_WORDS = {
    *("total", "totals", "grand total", "subtotal", "sub-total", "sum", "σ", "average", "mean", "count"),
    *("totales", "total general", "suma", "promedio", "media", "sous-total", "totaux", "somme"),
    *("moyenne", "summe", "gesamt", "gesamtsumme", "gesamtergebnis", "ergebnis", "zwischensumme", "mittelwert"),
    *("durchschnitt", "anzahl", "totais", "total geral", "soma", "totale", "totali", "totale complessivo"),
    *("median", "mediana", "mediane", "std", "std dev", "std. dev", "standard deviation", "standardabweichung"),
    *("minimum", "maximum", "total customers"),
    *("somma", "totaal", "eindtotaal", "subtotaal", "gemiddelde", "toplam", "genel toplam", "ortalama"),
    *("合計", "総計", "小計", "総合計", "平均"),
    *("grand totals", "sum total", "razem", "ogołem", "srednia", "celkem", "soucet", "prumer", "spolu"),
    *(
        "summa",
        "totalt",
        "i alt",
        "gennemsnit",
        "yhteensa",
        "osszesen",
        "atlag",
        "ukupno",
        "skupaj",
        "kokku",
        "is viso",
    ),
    *("итого", "всего", "итог", "сумма", "среднее", "разом", "усього", "общо", "укупно", "συνολο", "γενικο συνολο"),
    *("الإجمالي", "اجمالي", "إجمالي", "المجموع", "مجموع", "جمع", 'סה"כ', "סה״כ", "סהכ", "कुल", "कुल योग", "योग"),
    *("รวม", "รวมทั้งหมด", "รวมทั้งสิ้น", "总计", "合计", "小计", "总和", "平均值", "總計", "总数"),
    *("합계", "총계", "소계", "총합계", "평균", "tong cong", "jumlah", "total keseluruhan", "suma total"),
}
