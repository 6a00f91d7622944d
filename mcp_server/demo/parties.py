"""People, shops, billers and banks of the demo wallets. Every person and number is invented."""

from schemas.wallet import Party

PARTIES: dict[str, Party] = {
    # People
    "tinotenda": Party(name="Tinotenda Moyo", msisdn="+263772418905"),
    "stranger": Party(name="Privilege Sibanda", msisdn="+263772418950"),
    "amai": Party(name="Sekai Moyo", msisdn="+263774503318"),
    "farai": Party(name="Farai Chikafu", msisdn="+263783126640"),
    "chipo": Party(name="Chipo Mutasa", msisdn="+263771907254"),
    "landlord": Party(name="Blessing Gumbo", msisdn="+263773660182"),
    "tatenda": Party(name="Tatenda Nyathi", msisdn="+263782205571"),
    "thandeka": Party(name="Thandeka Dube", msisdn="+263778134402"),
    "sipho": Party(name="Sipho Ndlovu", msisdn="+263771550937"),
    # Shops
    "ok_mazowe": Party(name="OK Mazowe Street", account="Till 104233"),
    "tm_avondale": Party(name="TM Pick n Pay Avondale", account="Till 208817"),
    "spar": Party(name="SPAR Bridge", account="Till 311540"),
    "chicken_inn": Party(name="Chicken Inn Joina City", account="Till 417702"),
    "bakers_inn": Party(name="Bakers Inn Samora Machel", account="Till 417936"),
    "zuva": Party(name="ZUVA Petroleum Borrowdale", account="Till 520018"),
    "totalenergies": Party(name="TotalEnergies Msasa", account="Till 520466"),
    "greenwood": Party(name="Greenwood Pharmacy", account="Till 633120"),
    "gain": Party(name="Gain Cash & Carry", account="Till 702255"),
    "ok_bulawayo": Party(name="OK Jason Moyo Bulawayo", account="Till 104871"),
    # Billers
    "econet": Party(name="Econet Wireless", account="0771234567"),
    "netone": Party(name="NetOne", account="0712880143"),
    "zetdc": Party(name="ZESA ZETDC Prepaid", account="Meter 37124408815"),
    "harare": Party(name="City of Harare", account="4410092273"),
    "dstv": Party(name="DStv MultiChoice", account="Smartcard 4120935567"),
    "zol": Party(name="Liquid Home", account="20067741"),
    "school": Party(name="Mabelreign Girls High", account="Student 230418"),
    "nyaradzo": Party(name="Nyaradzo Funeral Assurance", account="Policy NY8830124"),
    # Banks
    "cbz": Party(name="CBZ Bank", account="****2290"),
    "steward": Party(name="Steward Bank", account="****0418"),
    "stanbic": Party(name="Stanbic Bank Zimbabwe", account="****7735"),
    # Agents
    "agent_market": Party(name="EcoCash Agent Mbare Musika", account="Agent 88214"),
    "agent_rezende": Party(name="EcoCash Agent Rezende Street", account="Agent 90117"),
}
"""Keyed by the short names that the scripts of the histories use."""
