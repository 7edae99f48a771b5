//! Zones of provinces, for the countries whose people live by several clocks.
//!
//! After the tz database (public domain), release 2025b, and 49 CFR part 71 for the split states of the USA. A province that lies in several
//! zones has all of them, however small the part: whoever lives there must not be woken.

/// One set of zones and the provinces that live by it.
pub(super) struct Row {
    /// ISO 3166-1 alpha-2.
    pub(super) country: &'static str,
    /// ISO 3166-2 subdivision codes without the country, and the ones that Shopify uses instead (`CHIH`, `QROO`); letters and digits only.
    pub(super) codes: &'static str,
    /// All zones in which a part of such a province lies.
    pub(super) zones: &'static [&'static str],
}

/// A row in one line.
const fn row(country: &'static str, codes: &'static str, zones: &'static [&'static str]) -> Row {
    Row { country, codes, zones }
}

/// The provinces known. A country may be here in part: other provinces of it take the country's zones.
/// The military's `AA`, `AE` and `AP` are left out, as they say no place.
pub(super) const PROVINCES: &[Row] = &[
    row("US", "CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV", &["America/New_York"]),
    row("US", "AL AR IA IL LA MN MO MS OK WI", &["America/Chicago"]),
    row("US", "CO MT NM UT WY", &["America/Denver"]),
    row("US", "CA WA", &["America/Los_Angeles"]),
    row("US", "HI", &["Pacific/Honolulu"]),
    row("US", "AK", &["America/Anchorage", "America/Adak"]),
    row("US", "AZ", &["America/Phoenix", "America/Denver"]),
    row("US", "FL KY TN", &["America/New_York", "America/Chicago"]),
    row("US", "ID OR", &["America/Boise", "America/Los_Angeles"]),
    row("US", "IN", &["America/Indiana/Indianapolis", "America/Chicago"]),
    row("US", "KS ND NE SD TX", &["America/Chicago", "America/Denver"]),
    row("US", "MI", &["America/Detroit", "America/Menominee"]),
    row("US", "NV", &["America/Los_Angeles", "America/Denver"]),
    row("US", "PR", &["America/Puerto_Rico"]),
    row("US", "VI", &["America/St_Thomas"]),
    row("US", "GU", &["Pacific/Guam"]),
    row("US", "MP", &["Pacific/Saipan"]),
    row("US", "AS", &["Pacific/Pago_Pago"]),
    row("US", "FM", &["Pacific/Chuuk", "Pacific/Pohnpei"]),
    row("US", "MH", &["Pacific/Majuro"]),
    row("US", "PW", &["Pacific/Palau"]),
    row("US", "UM", &["Pacific/Midway", "Pacific/Wake"]),
    row("CA", "AB NT", &["America/Edmonton"]),
    row("CA", "BC", &["America/Vancouver", "America/Edmonton", "America/Dawson_Creek"]),
    row("CA", "MB", &["America/Winnipeg"]),
    row("CA", "NB", &["America/Moncton"]),
    row("CA", "NS PE", &["America/Halifax"]),
    row("CA", "NL", &["America/St_Johns", "America/Goose_Bay"]),
    row("CA", "NU", &["America/Iqaluit", "America/Atikokan", "America/Rankin_Inlet", "America/Cambridge_Bay"]),
    row("CA", "ON", &["America/Toronto", "America/Atikokan", "America/Winnipeg"]),
    row("CA", "QC", &["America/Toronto", "America/Halifax", "America/Blanc-Sablon"]),
    row("CA", "SK", &["America/Regina", "America/Edmonton"]),
    row("CA", "YT", &["America/Whitehorse"]),
    row("AU", "ACT VIC", &["Australia/Melbourne"]),
    row("AU", "NSW", &["Australia/Sydney", "Australia/Broken_Hill", "Australia/Lord_Howe"]),
    row("AU", "NT", &["Australia/Darwin"]),
    row("AU", "QLD", &["Australia/Brisbane"]),
    row("AU", "SA", &["Australia/Adelaide"]),
    row("AU", "TAS", &["Australia/Hobart"]),
    row("AU", "WA", &["Australia/Perth", "Australia/Eucla"]),
    row("BR", "AL AP BA CE DF ES GO MA MG PA PB PI PR RJ RN RS SC SE SP TO", &["America/Sao_Paulo"]),
    row("BR", "PE", &["America/Recife", "America/Noronha"]),
    row("BR", "MS MT RO RR", &["America/Manaus"]),
    row("BR", "AM", &["America/Manaus", "America/Eirunepe"]),
    row("BR", "AC", &["America/Rio_Branco"]),
    row(
        "MX",
        "AGS AGU CAM CAMP CDMX CHIS CHP CMX COL DF DGO DUR GRO GTO GUA HGO HID JAL MEX MIC MICH MOR OAX PUE QRO QUE SLP TAB TLA TLAX VER YUC ZAC",
        &["America/Mexico_City"],
    ),
    row("MX", "BC BCN", &["America/Tijuana"]),
    row("MX", "BCS SIN", &["America/Mazatlan"]),
    row("MX", "NAY", &["America/Mazatlan", "America/Bahia_Banderas"]),
    row("MX", "CHH CHIH", &["America/Chihuahua", "America/Ciudad_Juarez", "America/Ojinaga"]),
    row("MX", "COA COAH NL NLE TAM TAMPS", &["America/Monterrey", "America/Matamoros"]),
    row("MX", "QROO ROO", &["America/Cancun"]),
    row("MX", "SON", &["America/Hermosillo"]),
    row("ID", "AC BB BE BT JA JB JI JK JT JW KB KR KT LA RI SB SM SS SU YO", &["Asia/Jakarta"]),
    row("ID", "BA GO KI KS KU NB NT NU SA SG SL SN SR ST", &["Asia/Makassar"]),
    row("ID", "MA ML MU PA PB PD PE PP PS PT", &["Asia/Jayapura"]),
    row(
        "ES",
        "A AB AL AV B BA BI BU C CA CC CE CO CR CS CU GI GR GU H HU J L LE LO LU M MA ML MU NA O OR P PM PO S SA SE SG SO SS T TE TO V VA VI Z ZA",
        &["Europe/Madrid"],
    ),
    row("ES", "CN GC TF", &["Atlantic/Canary"]),
    row("PT", "01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 30", &["Europe/Lisbon"]),
    row("PT", "20", &["Atlantic/Azores"]),
    row("NZ", "AUK BOP CAN GIS HKB MBH MWT NSN NTL OTA STL TAS TKI WGN WKO WTC", &["Pacific/Auckland"]),
    row("NZ", "CIT", &["Pacific/Chatham"]),
    row("CL", "AN AP AR AT BI CO LI LL LR ML NB RM TA", &["America/Santiago"]),
    row("CL", "VS", &["America/Santiago", "Pacific/Easter"]),
    row("CL", "AI", &["America/Coyhaique"]),
    row("CL", "MA", &["America/Punta_Arenas"]),
    row("EC", "A B C D E F G H I L M N O P R S SD SE T U X Y Z", &["America/Guayaquil"]),
    row("EC", "W", &["Pacific/Galapagos"]),
    row("CN", "AH BJ CQ FJ GD GS GX GZ HA HB HE HI HL HN JL JS JX LN NM NX QH SC SD SH SN SX TJ XZ YN YZ ZJ", &["Asia/Shanghai"]),
    row("CN", "XJ", &["Asia/Shanghai", "Asia/Urumqi"]),
];
