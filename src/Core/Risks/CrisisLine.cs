namespace RecoveryOS.Core.Risks;

/// <summary>Where a person in crisis reaches help at once, by the country on file.</summary>
public static class CrisisLine
{
    /// <summary>
    /// US: 988 by call or text (SAMHSA). CA: 9-8-8 by call or text. Elsewhere the emergency number, which 112 reaches
    /// from mobile phones (3GPP TS 22.101, 10.1).
    /// </summary>
    public static string For(Locale locale) => (locale.Country, locale.Language) switch
    {
        ("US", "fr") => "Appelez ou textez le 988, ou le 911 en cas de danger.",
        ("US", "es") => "Llame o envíe un mensaje al 988, o al 911 si hay peligro.",
        ("US", _) => "Call or text 988, or 911 if you are in danger.",
        ("CA", "fr") => "Appelez ou textez le 9-8-8, ou le 911 en cas de danger.",
        ("CA", "es") => "Llame o envíe un mensaje al 9-8-8, o al 911 si hay peligro.",
        ("CA", _) => "Call or text 9-8-8, or 911 if you are in danger.",
        (var country, "fr") => $"Appelez le {EmergencyNumber(country)}.",
        (var country, "es") => $"Llame al {EmergencyNumber(country)}.",
        (var country, _) => $"Call {EmergencyNumber(country)}.",
    };

    private static string EmergencyNumber(string country) => country switch
    {
        "AU" => "000",
        "GB" => "999",
        "MX" => "911",
        "NZ" => "111",
        _ => "112",
    };
}
