namespace RecoveryOS.Core.Messaging.Templates;

/// <summary>The texts as they are written in templates.json.</summary>
/// <param name="Version">Changes with every change of a text.</param>
/// <param name="Languages">By ISO 639-1 code; the same names in each.</param>
internal sealed record TemplateSet(
    string Version,
    IReadOnlyDictionary<string, MessageTemplate> Templates,
    IReadOnlyDictionary<string, TemplateLanguage> Languages);

/// <summary>The texts of one language.</summary>
/// <param name="Date">With {weekday}, {day} and {month}.</param>
/// <param name="Time">A format of .NET's.</param>
/// <param name="Weekdays">From Sunday.</param>
/// <param name="Texts">With the template's variables, {line} and {emergency}.</param>
/// <param name="WithoutLine">Those of the texts that name the line, for countries that have none.</param>
internal sealed record TemplateLanguage(
    string Date,
    string Time,
    IReadOnlyList<string> Months,
    IReadOnlyList<string> Weekdays,
    IReadOnlyDictionary<string, string> Texts,
    IReadOnlyDictionary<string, string> WithoutLine);
