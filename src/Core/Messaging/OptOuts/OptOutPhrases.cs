namespace RecoveryOS.Core.Messaging.OptOuts;

/// <summary>The words as they are written in opt-out-phrases.json.</summary>
internal sealed record OptOutPhrases(
    string Version,
    OptOutKeywords Keywords,
    IReadOnlyDictionary<string, string> Classes,
    IReadOnlyList<string> Fillers,
    IReadOnlyList<string> NearMisses,
    IReadOnlyList<string> Stop,
    IReadOnlyList<string> Unsure);

/// <summary>Words that count only when they are the whole text.</summary>
internal sealed record OptOutKeywords(
    IReadOnlyList<string> Stop, IReadOnlyList<string> Start, IReadOnlyList<string> Help);
