namespace RecoveryOS.Core.Messaging.Providers;

/// <summary>
/// Every error of a provider that we know, as data: error-codes.json. A code that is not there is taken with caution:
/// nothing is repeated, only a crisis text goes another way, and a person looks.
/// </summary>
public static class ErrorCatalogue
{
    private static readonly ErrorCodes Codes =
        EmbeddedData.Read("Providers/error-codes.json", MessagingJson.Default.ErrorCodes);

    private static readonly Dictionary<(string Provider, string Code), ErrorRule> Rules = Codes.Providers
        .SelectMany(provider => provider.Value
            .UnionBy(Codes.Everywhere, rule => rule.Code)
            .Select(rule => (provider.Key, rule)))
        .ToDictionary(one => (one.Key, one.rule.Code), one => one.rule);

    /// <summary>Those written down for one provider.</summary>
    public static IReadOnlyList<ErrorRule> Of(string provider) =>
        [.. Rules.Where(rule => rule.Key.Provider == provider).Select(rule => rule.Value)];

    public static ErrorRule Find(string provider, string code) =>
        Rules.TryGetValue((provider, code), out var rule) ? rule : Unknown(code);

    private static ErrorRule Unknown(string code) => new(
        code, "a code that the catalogue does not know", ErrorClass.Unknown,
        Failover: new(TextGroup.Crisis), Alarm: true);
}

/// <summary>error-codes.json.</summary>
/// <param name="Everywhere">What any provider may answer: plain HTTP. A provider's own row goes before it.</param>
/// <param name="Providers">By the provider's name.</param>
internal sealed record ErrorCodes(
    string Version,
    IReadOnlyList<ErrorRule> Everywhere,
    IReadOnlyDictionary<string, IReadOnlyList<ErrorRule>> Providers);
