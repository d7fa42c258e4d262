"""Words that carry no meaning of their own in a question or a text. Removed before stemming.

Kept out on purpose: words that are frequent but mean something in this field (`overheid`, `gemeente`, `samen`, `tegen`,
`zonder`, `geen`, `niet`).
"""

DUTCH = frozenset(
    """
    aan aangaande al aldus alhoewel als alsof altijd andere anders ben bent beide bij bijna bijv bv ca daar
    daarbij daardoor daarin daarmee daarna daarom daaronder daarop daarvan daarvoor dan dat de deze die dit doch
    doe doen doet door dus echter een eens eerder eigen elk elke en enig enige enz er erg ervan etc even gaan
    gaat ga had hadden heb hebben hebt heeft hem hen het hier hierbij hierin hoe hoewel hun iemand iets ieder
    iedere ik in is ja je jij jou jouw jullie kan kun kunnen kunt kon konden laat laten mag mij mijn misschien
    moest moet moeten mogen na naar nadat nog nu of om omdat ons onze ook op over per qua reeds soms sommige te
    ten ter terwijl toch toen tot tijdens uit van vaak vanuit vanaf veel verder via vind vindt volgens voor
    vooral vroeg waar waarbij waarin waarom waaronder waarop waarvan waarvoor wanneer want waren was wat we wel
    welk welke werd werden weer wie wij wil willen word worden wordt zal ze zeer zei zich zij zijn zo zoals
    zodat zou zouden zowel zulke zullen zult
    """.split()
)

ENGLISH = frozenset(
    """
    a about am an and any are as at be because been being but by can could did do does doing for from had has
    have having he her here him his how i if in into is it its just may me might more most must my no nor of on
    or our ours she should so some such than that the their them then there these they this those through to too
    us was we were what when where which while who whom why will with would you your yours
    """.split()
)
