"""The words by which the names of columns say what they hold; compared as those of `vocabulary`."""

from __future__ import annotations

# English, Spanish, French, German, Portuguese, Italian, Dutch, Turkish; and the most usual ones of Danish, Swedish,
# Norwegian, Finnish, Polish, Czech, Hungarian, Indonesian, Vietnamese.
WORDS = {
    "average": """
        average avg mean ave promedio prom medio media moyen moyenne moy durchschnitt durchschnittlich
        durchschnittlicher durchschnittliche durchschnittliches mittlerer mittlere medioa medie gemiddeld gemiddelde
        gem ortalama ort gennemsnitlig gennemsnit genomsnittlig genomsnitt snitt srednia sredni srednie prumerna
        prumer rata trung binh keskimaarainen atlag
    """,
    "last": """
        last latest recent ultimo ultima ultimos ultimas ult dernier derniere dernieres letzte letzter letztes letztem
        letzten ultimi laatste laatst son lastest sidste senaste siste ostatniego ostatnie ostatni ostatnia posledni
        posledniho cuoi terakhir viimeisin viimeisesta utolso
    """,
    "first": """
        first primer primera premier premiere erste erster erstes ersten primeiro primeira primo eerste ilk forste
        forsta pierwszy pierwsze pierwszego prvni dau pertama ensimmainen
    """,
    "since": """
        sem
        since desde depuis seit sinds beri itibaren elapsed ago gecen dall dallultimo dallultima transcurridos ecoules
        vergangen verstrichen siden sedan sejak kulunut ke tu od
    """,
    "event": """
        passage passages venue checkin seance estancia noche admission cover bet
        order purchase visit transaction trans booking invoice trip session login buy shop shopping contact activity
        payment ride flight stay donation call deal checkout pedido compra visita transaccion reserva factura commande
        achat reservation facture bestellung kauf einkauf besuch transaktion buchung rechnung aktivitat
        encomenda transacao fatura ordine acquisto transazione prenotazione fattura accesso bestelling aankoop bezoek
        transactie boeking factuur siparis alisveris satinalma satinalim ziyaret islem satin alim alma giris
        siparisten alisveristen purchased gift don spende donacion donazione besog kob kop zakup zakupu zamowienie
        zamowienia nakup nakupu objednavka mua pembelian pesanan kunjungan transaksi ostos tilaus vasarlas appointment
        termin cita faktura auftrag
    """,
    "events": """
        checkins visite estancias noches seances admissions covers boxes auftraege
        orders purchases visits transactions txns txn trx tx bookings invoices trips sessions logins buys flights
        stays donations nights rides checkouts deals pedidos compras visitas transacciones reservas facturas commandes
        achats visites reservations factures bestellungen kaufe kaeufe einkaufe einkaeufe besuche transaktionen
        buchungen rechnungen encomendas transacoes faturas ordini acquisti visite transazioni prenotazioni fatture
        bestellingen aankopen bezoeken transacties boekingen facturen siparisler ziyaretler islemler alisverisler
        gifts dons spenden donaciones donazioni zakupow zakupy zamowien nakupy nakupu objednavek ordrer bestallningar
        appointments bets termine citas faktur faktury auftrage auftraege
    """,
    "counting": """
        number num nbr nb no nr n count counts cnt ct times qty quantity cantidad numero nombre anzahl zahl quantidade
        qtd qtde quantita aantal sayisi sayi adedi adet volte vezes veces fois keer nro antal antall liczba ilosc
        pocet maara so banyak szama lukumaara
    """,
    "frequency": """
        frequency freq frequencia frecuencia frequence frequentie haufigkeit frequenz frequenza siklik sikligi frekans
        kauffrequenz besuchsfrequenz bestellhaufigkeit
    """,
    "recency": """
        comprar
        recency recencia recence rezenz recenza inactivity inactive inactivite inaktiv inaktivitat inatividade
        inatividad inactividad inattivita inactiviteit dormant recentheid yenilik guncellik inativo inativa inactivo
        inactiva inactif inattivo inattiva inactief inaktive neaktivni
    """,
    "tenure": """
        tenure vintage seniority lifespan antiguedad anciennete antiguidade anzianita loyaltyyears membership
        kundendauer vertragsdauer vertragslaufzeit zugehorigkeit kundenbeziehung fidelite longevity permanencia
        lidmaatschapsduur klantduur kidem uyeliksuresi musterilik laufzeit looptijd dauer antig staz relacionamento
    """,
    "joined": """
        enrl reg signed
        joined join joining signup registered registration enrolled enrolment enrollment created creation onboarded
        onboarding opened start started activated activation subscribed acquisition alta registro inscripcion
        inscription inscrit adhesion eintritt eintrittsdatum registrierung anmeldung angelegt erstellt registriert
        cadastro inscricao adesao iscrizione registrazione attivazione inschrijving aangemeld registratie kayit uyelik
        baslangic dtcustomer enroll enrol vertragsbeginn oprettet oprettelsesdato registrerad registreret rejestracji
        registrace bergabung daftar
    """,
    "basket": """
        aov basket cart ticket baskets panier warenkorb bestellwert bonwert cesta carrello scontrino winkelmand
        winkelwagen mandje sepet carrinho bon
    """,
    "money": """
        prima primas giving rev betaald pledge patronage
        monetary money spend ytd yeartodate spent spending spendings revenue revenues sales amount amt expenditure
        expense expenses turnover ltv clv clt cltv gmv arpu arr mrr charges charge bill bills fee fees premium
        premiums payments paid price value profit margin worth ccavg mnt cashback billed wallet
        monetario importe monto gasto gastos gastado ventas facturacion facturado valor montant depense depenses
        ventes chiffre ca facture valeur umsatz ausgaben betrag bestellsumme gesamtsumme einkaufswert wert erlos
        deckungsbeitrag kundenwert euroumsatz despesa despesas faturamento faturado receita vendas montante importo
        spesa spese speso fatturato ricavi ricavo valore vendite bedrag omzet uitgaven besteed besteding bestedingen
        waarde uitgegeven tutar tutari harcama harcamasi harcamalar ciro deger degeri parasal monetaire monetarer
        geldwert monetarios volume omsaetning omsatning forbrug kobssum belopp sum somme wartosc kwota wydatki wydane
        przychod utrata castka trzby utraty hodnota tieu belanja pengeluaran nilai omset ostosumma koltes mensalidade
        mensalidades cuota cuotas mensualite mensualites cotisation beitrag beitrage contributie premie pramie abo
        forbrukt belopet fare fares wager wagers invoiced obrot obroty
    """,
    "balance": """
        balance balances bal saldo saldos solde kontostand guthaben saldi bakiye bakiyesi debt debts loan loans
        mortgage deposit deposits savings credit limit limits borrowed assets deuda dette schulden kredit darlehen
        divida emprestimo prestito mutuo lening schuld hypotheek kredi mevduat borc borcu limiti hipoteca epargne
        ahorro ahorros sparguthaben saldoen zustatek
    """,
    "rating": """
        rating ratings satisfaction nps csat star stars review reviews score scores grade index valoracion
        calificacion satisfaccion puntaje puntuacion puntos note evaluation bewertung bewertungen zufriedenheit
        punktzahl avaliacao satisfacao pontuacao nota valutazione soddisfazione punteggio voto beoordeling
        tevredenheid puan puani memnuniyet degerlendirme skor skoru ocena hodnoceni penilaian betyg karakter vurdering
    """,
    "rate": """
        rate ratio percent percentage pct perc prc share utilization utilisation probability prob likelihood fraction
        tasa porcentaje proporcion taux pourcentage part quote anteil prozent prozentsatz taxa percentual porcentagem
        tasso percentuale quota aandeel verhouding oran orani yuzde yuzdesi
    """,
    "change": """
        changed updated modified geandert modifie actualizado atualizado
        change chng growth hike delta trend increase decrease variation diff cambio croissance veranderung wachstum
        crescimento variazione groei degisim artis
    """,
    "time": """
        hour hours minute minutes mins time duration secs seconds watchtime screentime tiempo horas minutos temps
        heures stunden minuten zeit dauer tempo ore tijd uren duur sure suresi saat dakika
    """,
    "things": """
        items item products product units pieces quantity articles skus children kids kid child teen teens dependents
        dependent family household members people rooms accounts policies cards devices emails clicks opens coupons
        vouchers returns tickets complaints calls messages points miles minutes downloads logons pages views services
        complaint claims subscriptions followers kidhome teenhome cars bedrooms articulos productos unidades hijos
        produits unites enfants artikel produkte stuck kinder punkte retouren artigos produtos filhos articoli
        prodotti unita figli artikelen producten stuks kinderen punten urun urunler cocuk puanlar size varer varor
        produktow produkty san pham term terms
    """,
    "age": "age edad alter idade eta leeftijd yas yasi alder wiek vek tuoi umur usia ika eletkor",
    "income": """
        income salary wage earnings ingreso ingresos sueldo salario revenu revenus salaire einkommen gehalt
        haushaltseinkommen renda rendimento reddito stipendio inkomen salaris gelir geliri maas maasi indkomst inntekt
        inkomst dochod dochody prijem penghasilan pendapatan tulot jovedelem nhap
    """,
    "group": """
        group range band bracket category class level grupo rango tramo categoria nivel tranche groupe categorie
        niveau gruppe klasse stufe faixa fascia gruppo livello groep grup grubu aralik araligi seviye seviyesi
    """,
    "account": """
        abonelik
        account konto cuenta compte conta rekening hesap card policy contract book contrato contratto contrat vertrag
        relationship umowa smlouva
    """,
    "party": """
        cust driver driv
        customer client cliente clientes kunde kunden klant musteri member mitglied membre socio socia lid uye user
        subscriber guest abonnent abonne kundar klient klienta klientow zakaznik pelanggan khach donor
    """,
    "duration": """
        days day months month years year weeks jours mois annees ans tage monate jahre dias meses anos giorni mesi
        anni dagen maanden jaren gun ay yil length dage dagar dager dni dnu ngay hari kk paivaa nap mesiecy
    """,
    "total": """
        total totals gesamt totale totaal toplam lifetime cumulative overall totalt samlet razem laczna laczny lacznie
        celkem celkova tong jumlah somme cumule cumul historic
    """,
    "each": "per pro par",
}

# Parts of the compounds of German, Dutch and the Scandinavian languages, and of names in one word.
PARTS = {
    "event": "bestel einkauf besuch transaktion aankoop aufenthalt order",
    "counting": "anzahl aantal zahl",
    "money": """
        umsatz betrag ausgaben bestedingen omzet kosten wert waarde bedrag premie pramie beitrag omsatning forbrug
    """,
    "frequency": "frequenz haufigkeit frequentie",
    "rating": "bewertung zufriedenheit punktzahl",
    "rate": "quote anteil percentage prozent",
    "income": "einkommen inkomen gehalt",
    "balance": "guthaben kontostand saldo",
    "last": "letzt",
    "tenure": "zugehorigkeit laufzeit dauer",
    "joined": "eintritt registrier",
    "age": "alters",
    "group": "gruppe klasse",
}

# Parts of words that are inflected, or have nothing between them: Japanese, Chinese, Korean, Russian, Ukrainian,
# Arabic, Hebrew, Hindi, Greek, Thai.
SIGNS = {
    "average": "平均 средн متوسط",
    "last": "最終 最新 直近 前回 最近 최근 마지막 最后 最後 последн آخر اخير אחרונ अंतिम остан τελευτ ล่าสุด",
    "first": "初回 首次 첫 перв أول",
    "since": "経過 以来 からの 距今 경과 منذ 沉睡 מאז",
    "event": """
        購入 注文 来店 購買 利用 取引 来場 訪問 购买 订单 消费次 구매 주문 방문 покупк заказ визит посещен транзакц
        покупок شراء طلب زيارة רכיש הזמנ ऑर्डर खरीद замовл покуп παραγγελ αγορ ซื้อ
    """,
    "counting": """
        回数 件数 数量 頻度数 次数 個数 횟수 건수 колич число кол عدد 笔数 单数 인원 מספר संख्या кільк αριθμ จำนวน
    """,
    "frequency": "頻度 频率 頻率 빈도",
    "recency": "リーセンシー 経過日数 沉睡 未购买 неактив",
    "tenure": "会員歴 契約期間 利用期間 会员年限 在籍 가입기간 стаж",
    "joined": "入会 登録日 登録 加入 注册 註冊 가입 регистрац تسجيل انضمام",
    "basket": "客単価 平均単価 客单价 객단가 чек",
    "money": """
        金額 売上 購入額 支出 消費額 利用額 金额 销售额 消費金額 額 금액 매출 料金 сумм выручк затрат расход трат
        стоимост оборот المبلغ انفاق الإنفاق مبلغ مشتريات قيمة 액 消費 花费 매출액 הוצא רכישות खर्च राशि сума витрат
        τζιρο εξοδα ποσο ยอด จ่าย
    """,
    "balance": "残高 余额 잔액 ローン баланс остат رصيد",
    "rating": "評価 満足度 評点 スコア 评分 满意度 평점 만족도 得点 оценк рейтинг تقييم",
    "rate": "率 割合 比率 비율 доля процент نسبة",
    "time": "時間 时间 시간",
    "things": "点数 商品数 子供 家族 ポイント 個数 件 개수 товар منتج",
    "age": "年齢 年令 年龄 나이 연령 возраст عمر आयु उम्र вік ηλικ อายุ",
    "income": "年収 収入 所得 月収 年收入 收入 소득 연봉 доход зарплат دخل راتب הכנס дохід εισοδημ รายได้",
    "group": "層 区分 段階",
    "party": "顧客 会員 客户 会员 고객 клиент عميل",
    "duration": "日数 月数 年数 天数 дней день дни месяц أيام ايام ימים दिन днів ημερ วัน",
    "total": "итог всего إجمالي 累计 총 合計 累計 סך कुल συνολ รวม",
}

GENDERS = "gender genero geschlecht sesso geslacht cinsiyet cinsiyeti kon kjonn plec sukupuoli"
# What is not about the customer, and no axis of its own.
SURROUNDINGS = "density population timestamp coste costo cout kosten custo maliyet index idx"
# What somebody else, or a model, has found out: never a feature.
ANSWERS = """
    cluster clusters clusterid segment segments segmento segmentos segmentation segmentacion segmentacao
    segmentazione kundensegment persona personas rfm rfmscore rfmsegment rfmgroup rfmlevel rfmclass rfmcell rscore
    fscore mscore rrank frank mrank rquartile fquartile mquartile rquintile fquintile mquintile quartile quartil
    decile decil quintile quintil prediction predicted pred forecast churn churned churnvalue churnscore
    churnlabel churnrisk churnprobability exited attrition attritionflag attrited retained target response
    responded converted conversion outcome propensity naive bayes classifier abwanderung abwanderungsrisiko
    kundigung gekundigt abgewandert baja abandono desercion fuga attriti cancelado cancelamento evasao abbandono
    opzegging verloop terk kayip ayrilan segmenti kume kumesi musterisegmenti segmentnaam klantsegment resilie
    desabonne セグメント クラスタ クラスター 離脱 解約 分群 聚类 流失 세그먼트 군집 이탈
"""
# The same where it is the whole name.
ANSWERS_ALONE = """
    class y label labels rank ranking response target score tier klasse group outcome
"""
# Behind what they number: Invoice No, Order Number.
NUMBERS_OF_ONE = "no nr num number nummer numero numer #"
ROW_NUMBERS = """
    row rownumber rowno rownum rowid index idx sno srno slno serial serialno unnamed unnamed0 linenumber line
    lat lon lng geolat geolon
"""
OF = "of de di du d der von van del da do dei"
# What stands in them may be personal.
REMARKS = """
    note notes comment comments remark remarks memo bemerkung bemerkungen notiz notizen kommentar kommentare
    commentaire commentaires remarque remarques observacion observaciones comentario comentarios nota notas
    observacao observacoes osservazioni commenti opmerking opmerkingen notitie aciklama notlar 備考 メモ
"""
MEASURES = (
    "min mins minutes minuten minutos h hour hours stunden std s sec days day tage km m cm kg kwh gb mb % percent"
)
# What a number stands for under a name that ends so: a word.
CATEGORIES = """
    channel region branch city country state area zone type category code status plan department education
    occupation marital month weekday canal pais ciudad estado categoria tipo region pays ville etat categorie land
    stadt typ kategorie cidade citta paese stad kanal bolge sehir tur filiale filial
"""
# Never a feature unless the settings name it.
SENSITIVE = {
    "health": """
        hiv health bmi smoker smoking disease diagnosis diabetes hypertension cholesterol blood bloodpressure glucose
        heart disability disabled pregnant pregnancy medical medication illness allergy allergies cancer obesity
        insulin salud fumador enfermedad discapacidad sante fumeur maladie handicap gesundheit raucher krankheit
        behinderung saude fumante doenca salute fumatore malattia disabilita gezondheid roker ziekte saglik sigara
        hastalik engelli 健康 喫煙 病気 障害
    """,
    "religion": "religion religious faith church religione religiao geloof din dini konfession kirche 宗教",
    "origin": """
        race caste migrant
        ethnicity ethnic origin nationality nacionalidad nationalite nationalitat staatsangehorigkeit herkunft
        nacionalidade nazionalita nationaliteit uyruk etnia ethnie 国籍 人種 foreignworker immigrant
    """,
    "political opinion": "union politics political vote partei politik politica politique politiek siyasi 政治",
    "payment default or fraud": """
        default defaulted fraud fraudulent delinquency delinquent delinq arrears blacklist bankruptcy bankrupt overdue
        impago mora fraude defaut impaye zahlungsausfall ausfall betrug mahnung inadimplente inadimplencia insolvenza
        insoluto frode wanbetaling fraude temerrut dolandiricilik icra 延滞 不正
    """,
}
