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
    customer customers client clients consumer buyer shopper donor member guest user
    cliente clientes clienti kunde kunden klant klanten
    musteri musterinin 顧客 お客様
    annual yearly year annum p pa per monthly month total household family personal disposable gross net average
    declared reported self current fiscal hh base to
    estimated estimate est approx approximate approximately avg mean median o the of a an in by for on as
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
    "e-mail addresses": "email mail correo courriel eposta",
    "phone numbers": "phone telephone telefono telefon telefone tel",
    "official or account numbers": "passport iban",
    "names": "firstname lastname fullname apellidos vorname nachname prenom cognome soyad surname",
    "addresses": "address adresse direccion endereco indirizzo street strasse",
    "birth dates": "birthdate",
}

# What stands where nothing is known; compared without capitals and spaces around.
MISSING_WORDS = {
    *("nat", "0000-00-00", "1900-01-00"),
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
    *("summa", "totalt", "i alt", "gennemsnit", "yhteensa", "osszesen", "atlag", "ukupno", "skupaj", "kokku"),
    *("is viso", "итого", "всего", "итог", "сумма", "среднее", "разом", "усього", "общо", "укупно"),
    *("συνολο", "γενικο συνολο"),
    *("الإجمالي", "اجمالي", "إجمالي", "المجموع", "مجموع", "جمع", 'סה"כ', "סה״כ", "סהכ", "कुल", "कुल योग", "योग"),
    *("รวม", "รวมทั้งหมด", "รวมทั้งสิ้น", "总计", "合计", "小计", "总和", "平均值", "總計", "总数"),
    *("합계", "총계", "소계", "총합계", "평균", "tong cong", "jumlah", "total keseluruhan", "suma total"),
}
