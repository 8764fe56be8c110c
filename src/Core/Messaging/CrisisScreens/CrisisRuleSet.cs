namespace RecoveryOS.Core.Messaging.CrisisScreens;

/// <summary>The rules as they are written in crisis-rules.json.</summary>
/// <param name="Version">Changes with every change of a rule.</param>
/// <param name="Classes">Names of word classes and their words, separated by spaces.</param>
/// <param name="Fillers">Words that may stand anywhere inside a phrase.</param>
/// <param name="Negators">Words that deny what follows them.</param>
/// <param name="NotNegations">Phrases whose negator denies nothing.</param>
/// <param name="Histories">Phrases that put a clause into the past; they lower like a negator.</param>
/// <param name="NearMisses">Phrases that silence every match that they overlap.</param>
/// <param name="Rules">The rules; their order means nothing.</param>
internal sealed record CrisisRuleSet(
    string Version,
    IReadOnlyDictionary<string, string> Classes,
    IReadOnlyList<string> Fillers,
    IReadOnlyList<string> Negators,
    IReadOnlyList<string> NotNegations,
    IReadOnlyList<string> Histories,
    IReadOnlyList<string> NearMisses,
    IReadOnlyList<CrisisRule> Rules);

/// <summary>One rule: any of its phrases, unless one of its near misses overlaps it.</summary>
internal sealed record CrisisRule(
    string Id,
    CrisisCategory Category,
    CrisisPriority Priority,
    string Language,
    IReadOnlyList<string> Phrases,
    IReadOnlyList<string>? NearMisses = null);
