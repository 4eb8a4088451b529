"""The words in cells that become numbers, in nine languages: words in order, yes and no, months, ends of bands.

Words are compared as `ordered_words.plain` writes them: no accents, no capitals, nothing between them.
"""

from __future__ import annotations

# English, Spanish, French, German, Portuguese, Italian, Dutch, Turkish, Japanese; each scale from its lowest level.
SCALES = (
    # How much.
    (
        """
        verylow lowest extremelylow muybajo muybaja tresbas tresbasse tresfaible sehrniedrig sehrgering
        muitobaixo muitobaixa moltobasso moltobassa zeerlaag heellaag cokdusuk とても低い 非常に低い 最低
        """,
        "low lo bajo baja bas basse faible niedrig gering baixo baixa basso bassa laag dusuk 低 低い",
        "belowaverage mediumlow lowmedium mediobajo mediobasso unterdurchschnittlich やや低い",
        """
        medium med mid middle moderate average avg normal medio media moyen moyenne modere moderee mittel
        mittelmassig durchschnittlich moderado moderada moderato moderata gemiddeld middel matig orta ortalama
        中 中程度 中間 普通
        """,
        "aboveaverage mediumhigh highmedium medioalto uberdurchschnittlich やや高い",
        "high hi alto alta haut haute eleve elevee fort forte hoch elevado elevada hoog yuksek 高 高い",
        """
        veryhigh highest extremelyhigh muyalto muyalta treshaut treshaute treseleve treselevee sehrhoch
        muitoalto muitoalta moltoalto moltoalta zeerhoog heelhoog cokyuksek とても高い 非常に高い 最高
        """,
    ),
    # Metals and stones of memberships.
    (
        "bronze bronce bronzo brons bronz ブロンズ",
        "silver plata argent silber prata argento zilver gumus シルバー",
        "gold oro or ouro goud altin ゴールド",
        "platinum platino platine platin platina プラチナ",
        "diamond diamante diamant elmas ダイヤモンド ダイヤ",
    ),
    # Plans and products.
    (
        "free gratis gratuit kostenlos gratuito ucretsiz 無料 フリー",
        "basic basico basica basique basis base temel ベーシック 基本",
        """
        standard estandar padrao standaard standart regular classic klassisch clasico classique classico
        klassiek klasik スタンダード 標準
        """,
        "plus プラス",
        "premium pro professional profesional professionnel profissional professionale プレミアム プロ",
        "vip elite ultimate enterprise エリート",
    ),
    # How often somebody does something.
    (
        "never nunca jamais nie niemals mai nooit asla hicbirzaman まったくない 全くない 一度もない",
        """
        rarely seldom hardlyever raramente raravez rarement selten poucasvezes zelden nadiren
        めったにない ほとんどない まれに
        """,
        """
        sometimes occasionally occasional aveces ocasionalmente parfois quelquefois occasionnellement
        manchmal gelegentlich asvezes qualchevolta soms afentoe bazen arasira ときどき 時々 たまに
        """,
        """
        often frequently frequent amenudo frecuentemente souvent frequemment oft haufig frequentemente
        spesso vaak siksik しばしば よく
        """,
        "usually veryoften mostly casisiempre tressouvent meistens sehroft quasesempre quasisempre meestal genellikle",
        "always siempre toujours immer sempre altijd herzaman daima いつも 常に",
    ),
    # How often something recurs.
    (
        "yearly annually annual everyyear anual anualmente annuel annuellement jahrlich annuale jaarlijks yillik 毎年",
        "halfyearly semiannually semestral semestriel halbjahrlich semestrale halfjaarlijks",
        """
        quarterly every3months everythreemonths trimestral trimestriel trimestrielle vierteljahrlich
        quartalsweise trimestrale driemaandelijks 四半期
        """,
        "monthly everymonth mensual mensuel mensuelle monatlich mensal mensile maandelijks aylik 毎月",
        """
        fortnightly biweekly every2weeks everytwoweeks quincenal bimensuel zweiwochentlich quinzenal
        quindicinale tweewekelijks 隔週
        """,
        """
        weekly everyweek semanal hebdomadaire wochentlich settimanale wekelijks haftalik 毎週
        """,
        "daily everyday diario diaria quotidien quotidienne taglich quotidiano giornaliero dagelijks gunluk 毎日",
    ),
    # Satisfaction.
    (
        """
        verydissatisfied veryunsatisfied extremelydissatisfied muyinsatisfecho muyinsatisfecha tresinsatisfait
        tresinsatisfaite sehrunzufrieden muitoinsatisfeito muitoinsatisfeita moltoinsoddisfatto
        moltoinsoddisfatta zeerontevreden hicmemnundegil cokmemnuniyetsiz とても不満 非常に不満 大変不満
        """,
        """
        dissatisfied unsatisfied insatisfecho insatisfecha insatisfait insatisfaite unzufrieden insatisfeito
        insatisfeita insoddisfatto insoddisfatta ontevreden memnundegil memnuniyetsiz 不満 やや不満
        """,
        "neutral neutro neutre neutrale neutraal notr kararsiz neithersatisfiednordissatisfied 普通 どちらでもない",
        """
        satisfied satisfecho satisfecha satisfait satisfaite zufrieden satisfeito satisfeita soddisfatto
        soddisfatta tevreden memnun 満足 やや満足
        """,
        """
        verysatisfied extremelysatisfied muysatisfecho muysatisfecha tressatisfait tressatisfaite sehrzufrieden
        muitosatisfeito muitosatisfeita moltosoddisfatto moltosoddisfatta zeertevreden cokmemnun
        とても満足 非常に満足 大変満足
        """,
    ),
    # Sizes.
    (
        "xxs xxsmall",
        """
        xs xsmall extrasmall verysmall tiny muypequeno trespetit sehrklein muitopequeno moltopiccolo zeerklein
        cokkucuk
        """,
        "s small pequeno pequena petit petite klein kleine piccolo piccola kucuk 小 小さい",
        "m medium med mid mediano mediana medio media moyen moyenne mittel medie middel gemiddeld orta 中",
        "l large big grande grand gross grosse grandes groot buyuk 大 大きい",
        "xl xlarge extralarge verylarge muygrande tresgrand sehrgross muitogrande moltogrande zeergroot cokbuyuk",
        "xxl xxlarge huge enormous",
        "xxxl 3xl",
    ),
    # Quality.
    (
        """
        verypoor verybad terrible awful muymalo muymala pesimo pessimo tresmauvais tresmauvaise sehrschlecht muitoruim
        moltoscarso zeerslecht cokkotu とても悪い 非常に悪い
        """,
        """
        poor bad malo mala mauvais mauvaise mediocre schlecht ruim mau scarso cattivo slecht kotu 悪い 不可
        """,
        """
        fair average ok okay acceptable soso regular aceptable correct passable moyen moyenne befriedigend ausreichend
        mittelmassig razoavel sufficiente discreto matig redelijk voldoende orta 普通 可
        """,
        "good bueno buena bon bonne gut bom boa buono buona goed iyi 良い 良",
        """
        verygood muybueno muybuena tresbon tresbonne sehrgut muitobom muitoboa moltobuono moltobuona zeergoed
        heelgoed cokiyi とても良い 非常に良い
        """,
        """
        excellent outstanding excelente hervorragend ausgezeichnet exzellent eccellente ottimo uitstekend
        mukemmel 優れている 最高 優
        """,
    ),
    # Agreement.
    (
        """
        stronglydisagree totalmenteendesacuerdo muyendesacuerdo pasdutoutdaccord fortementendesaccord
        stimmeuberhauptnichtzu discordototalmente fortementeindisaccordo zeeroneens helemaalmeeoneens
        kesinliklekatilmiyorum まったくそう思わない 全くそう思わない
        """,
        """
        disagree endesacuerdo pasdaccord endesaccord stimmenichtzu discordo indisaccordo disaccordo oneens
        meeoneens katilmiyorum そう思わない
        """,
        """
        neutral undecided neitheragreenordisagree neutro neutre neutrale neutraal nideacuerdoniendesacuerdo
        nidaccordnipasdaccord teilsteils indifferente kararsizim kararsiz どちらともいえない どちらでもない
        """,
        "agree deacuerdo daccord stimmezu concordo daccordo eens meeeens katiliyorum そう思う",
        """
        stronglyagree totalmentedeacuerdo muydeacuerdo toutafaitdaccord fortementdaccord stimmevollzu
        stimmevollundganzzu concordototalmente fortementedaccordo zeereens helemaalmeeeens
        kesinliklekatiliyorum とてもそう思う 非常にそう思う
        """,
    ),
    # Likelihood.
    (
        "veryunlikely muyimprobable tresimprobable sehrunwahrscheinlich muitoimprovavel moltoimprobabile",
        "unlikely improbable peuprobable unwahrscheinlich improvavel improbabile onwaarschijnlijk",
        "neutral possible posible moglich possivel possibile mogelijk",
        "likely probable wahrscheinlich provavel probabile waarschijnlijk",
        "verylikely muyprobable tresprobable sehrwahrscheinlich muitoprovavel moltoprobabile",
    ),
    # Experience.
    (
        "beginner novice principiante debutant anfanger iniciante beginnend acemi 初級 初心者",
        "intermediate intermedio intermediaire fortgeschritten intermediario gevorderd 中級",
        "advanced avanzado avance weitfortgeschritten avancado avanzato vergevorderd ileri 上級",
        "expert experto experte especialista esperto uzman エキスパート",
    ),
    # Contracts.
    (
        "monthtomonth monthly mensual mensuel monatlich mensal mensile maandelijks aylik",
        "oneyear 1year 12months unano unan einjahr umano eenjaar 1yil 1年",
        "twoyear twoyears 2years 2year 24months dosanos deuxans zweijahre doisanos dueanni tweejaar 2yil 2年",
    ),
)
YES = (
    "yes true ja oui si sim evet はい 有 あり on ✓ ✔ ☑ wahr vrai verdadero verdadeiro vero waar dogru active subscribed"
)
NO = """
    no false nein non nao nee hayir いいえ 無 off ✗ ✘ ☐ falsch faux falso onwaar yanlis inactive unsubscribed
    nointernetservice nophoneservice
"""
# Of a letter alone only both together say that they are yes and no: each of these, with its no.
YES_OR_NO = ("yn", "jn", "sn", "on", "tf", "vf", "wf", "eh")

MONTHS = (
    "january jan enero ene janvier janv januar janner janeiro gennaio gen januari ocak oca",
    "february feb febrero fevrier fevr fev februar feber fevereiro febbraio februari subat sub",
    "march mar marzo mars marz mrz marco maart mrt mart",
    "april apr abril abr avril avr aprile nisan nis",
    "may mayo mai maio maggio mag mei mayis",
    "june jun junio juin juni junho giugno giu haziran haz",
    "july jul julio juillet juil juli julho luglio lug temmuz tem",
    "august aug agosto ago aout augustus agustos agu",
    "september sep sept septiembre set septembre setembro settembre eylul eyl",
    "october oct octubre octobre oktober okt outubro out ottobre ott ekim eki",
    "november nov noviembre novembre novembro kasim kas",
    "december dec diciembre dic decembre dezember dez dezembro dicembre aralik ara",
)
# Of these a date may have some beside its numbers and its month.
IN_DATES = """
    de del di of the le der den am e d st nd rd th o a er º ª
    mon monday tue tues tuesday wed wednesday thu thur thurs thursday fri friday sat saturday sun sunday
    lunes martes miercoles jueves viernes sabado domingo lun mie jue vie sab dom
    lundi mardi mercredi jeudi vendredi samedi dimanche mer jeu ven sam dim
    montag dienstag mittwoch donnerstag freitag samstag sonntag mo di mi do fr sa so
    segunda terca quarta quinta sexta feira seg ter qua qui sex
    lunedi martedi mercoledi giovedi venerdi domenica gio
    maandag dinsdag woensdag donderdag vrijdag zaterdag zondag ma wo vr za zo
    pazartesi sali carsamba persembe cuma cumartesi pazar
    年 月 日 月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日 火 水 木 金 土
"""
# In a header these say that a column is a date, even if its cells are numbers.
DATE_WORDS = """
    date dates datetime timestamp ts dt day epoch datum zeitpunkt zeitstempel fecha fechas datas dataora dtm tarih
    tarihi 日付 日時 年月日 日
"""
# So do these, in Portuguese and Italian; in English it is what a telephone uses.
AFTER_DATA = "de di do da del della dell d dos das ultima ultimo primeira prima nascimento nascita"
# What happened at a time is one: created_at, Joined, Member since.
TIME_WORDS = """
    at since joined join registered signup created updated modified desde depuis seit sinds beri
    birth born
"""
YEAR_WORDS = """
    year yr ano anno annee jahr jaar yil yili since desde depuis seit sinds joined 年
    birthyear geburtsjahr geboortejaar eintrittsjahr
"""
# A birth year or a date of birth, beside the names of `vocabulary.PERSONAL_NAMES`.
BIRTHS = """
    birthyear yearbirth yearofbirth yob birthyr geburtsjahr jahrgang anonacimiento anodenacimiento anneenaissance
    anneedenaissance anonascimento anodenascimento annonascita annodinascita geboortejaar dogumyili 生年 生まれ年 誕生年
    birthmonth
"""
BIRTH_WORDS = """
    birth born dob birthdate birthday birthyear nacimiento naissance geburt geburtsdatum geburtstag geburtsjahr geboren
    nascimento nascita geboorte geboortedatum geboortejaar dogum
"""
# Of dates that are yet to come.
FUTURE_WORDS = """
    expiry expires expiration expire end ends until due next renewal renews valid planned scheduled
    vencimiento caducidad fin hasta proxima proximo echeance prochain prochaine jusqua ablauf ende bis nachste nachster
    falligkeit gultig vencimento validade ate scadenza fine prossima prossimo vervaldatum einde volgende bitis sonraki
    期限 終了日 次回 更新日 有効期限
"""
# In a label these say nothing that "Days since" does not say.
NOT_IN_LABELS = """
    date dates datetime timestamp dt ts time datum fecha data tarih tarihi at since on desde depuis seit sinds 日付 日時
"""
SMALL_WORDS = "of de del di do da der des du d the la el le"
SINCE = "since desde depuis seit sinds"

# Of one end of a band: 18 and under, 65 or more. Longer ones first.
_UNDER_BEFORE = """
    less than|fewer than|lower than|younger than|smaller than|not more than|at most|up to|under|below|until|<=|≤|＜|<|
    menos de|menor de|menores de|hasta|moins de|jusqu'a|inferieur a|weniger als|unter|bis zu|bis|jonger dan|minder dan|
    menor que|ate|abaixo de|meno di|fino a|sotto i|sotto|minore di|onder|tot
"""
_UNDER_BEHIND = """
    and under|or under|and below|or less|and less|or fewer|and younger|or younger|& under|& below|o menos|y menos|
    et moins|ou moins|und weniger|oder weniger|und junger|e menos|ou menos|o meno|e meno|of minder|en minder|en jonger|
    of jonger|ve alti|alti|未満|以下
"""
_OVER_BEFORE = """
    more than|greater than|older than|higher than|not less than|at least|over|above|from|>=|≥|＞|>|
    mas de|mayor de|mayores de|desde|plus de|a partir de|superieur a|mehr als|uber|ab|mais de|maior que|acima de|
    piu di|oltre i|oltre|sopra i|sopra|maggiore di|meer dan|ouder dan|boven|vanaf
"""
_OVER_BEHIND = """
    and over|or over|and above|or above|or more|and more|and up|and older|or older|& over|& above|& older|plus|
    o mas|y mas|et plus|ou plus|und alter|und mehr|oder mehr|oder alter|und daruber|e mais|ou mais|ou acima|e oltre|
    o piu|e piu|en ouder|of ouder|en meer|of meer|ve uzeri|ve ustu|uzeri|ustu|以上|\\+
"""
_BETWEEN = "-|–|—|−|~|〜|～|\\.\\.+|to|through|bis|a|y|et|e|ate|hasta|al|tot|tot en met|ile|t/m|から"


def _alternatives(text: str) -> str:
    return "|".join(" ".join(one.split()) for one in text.split("|"))


UNDER_BEFORE, UNDER_BEHIND = _alternatives(_UNDER_BEFORE), _alternatives(_UNDER_BEHIND)
OVER_BEFORE, OVER_BEHIND = _alternatives(_OVER_BEFORE), _alternatives(_OVER_BEHIND)
BETWEEN = _BETWEEN
# Of a decade: 30s, 30er, 30代.
DECADES = "s|'s|er|代"
# What bands are counted in says nothing of their ends.
IN_BANDS = """
    years year yrs yr old age aged y/o anos ano ans an jahre jahren jahr alt anni anno jaar yas yasi arasi
"""
# These may begin one.
BEFORE_BANDS = "between from entre de zwischen von da van tra vom dai"
STARS = """
    stars star estrellas estrella etoiles etoile sternen sterne stern estrelas estrela stelle stella sterren ster
    yildiz 星
"""
OUT_OF = "/|out of|of|von|de|sur|su|van|uzerinden"
