namespace RecoveryOS.Core.Messaging.Replies;

/// <summary>The texts as they are written in replies.json.</summary>
/// <param name="Version">Changes with every change of a text.</param>
/// <param name="Countries">By ISO 3166-1 code: the numbers to call there.</param>
/// <param name="Languages">By ISO 639-1 code; the same names in each.</param>
internal sealed record ReplySet(
    string Version,
    IReadOnlyDictionary<string, CountryNumbers> Countries,
    IReadOnlyDictionary<string, ReplyLanguage> Languages);

/// <summary>A country's emergency number, and its crisis line when that takes calls and texts alike.</summary>
internal sealed record CountryNumbers(string Emergency, string? Line = null);

/// <summary>The texts of one language.</summary>
/// <param name="AnyEmergency">What stands for {emergency} where the country's number is not known.</param>
/// <param name="Texts">With {line} and {emergency}.</param>
/// <param name="WithoutLine">Those of the texts that name the line, for countries that have none.</param>
internal sealed record ReplyLanguage(
    string AnyEmergency,
    IReadOnlyDictionary<ReplyName, string> Texts,
    IReadOnlyDictionary<ReplyName, string> WithoutLine);
