namespace RecoveryOS.Core.Messaging.Replies;

/// <summary>Looks up what to answer: one segment of GSM-7, safe on a stranger's lock screen.</summary>
public static class ReplyTexts
{
    private const string DefaultLanguage = "en";

    private static readonly ReplySet Set = EmbeddedData.Read("Replies/replies.json", MessagingJson.Default.ReplySet);

    /// <summary>The languages with texts of their own (ISO 639-1); any other gets English.</summary>
    public static IEnumerable<string> Languages => Set.Languages.Keys;

    /// <summary>The countries with numbers of their own (ISO 3166-1); any other has its own number to find.</summary>
    public static IEnumerable<string> Countries => Set.Countries.Keys;

    /// <summary>The version of the texts, to be stored with what was sent.</summary>
    public static string Version => Set.Version;

    /// <summary>
    /// The text for a language and for the country on the member's file, never guessed from the number.
    /// </summary>
    public static string Find(ReplyName name, string language, string country)
    {
        var texts = Language(language);
        return WithNumbers(texts.Texts[name], texts.WithoutLine.GetValueOrDefault(name), language, country);
    }

    /// <summary>Puts the country's numbers into a text.</summary>
    /// <param name="withoutLine">What is said instead where the country has no line; null: the same.</param>
    internal static string WithNumbers(string text, string? withoutLine, string language, string country)
    {
        var numbers = Set.Countries.GetValueOrDefault(country) ?? new CountryNumbers(Language(language).AnyEmergency);
        return (numbers.Line is null ? withoutLine ?? text : text)
            .Replace("{line}", numbers.Line, StringComparison.Ordinal)
            .Replace("{emergency}", numbers.Emergency, StringComparison.Ordinal);
    }

    /// <summary>The question for a value that is missing or unclear.</summary>
    public static ReplyName Clarification(CheckInTexts.CheckInField field) => ReplyName.ClarifyAdherence + (int)field;

    /// <summary>The question of the guided dialogue.</summary>
    public static ReplyName Question(CheckInTexts.CheckInField field) => ReplyName.AskAdherence + (int)field;

    private static ReplyLanguage Language(string language) =>
        Set.Languages.GetValueOrDefault(language) ?? Set.Languages[DefaultLanguage];
}
