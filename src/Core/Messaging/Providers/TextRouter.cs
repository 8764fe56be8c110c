using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Npgsql;
using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Core.Privacy;

namespace RecoveryOS.Core.Messaging.Providers;

/// <summary>
/// Chooses who carries a text, by how each provider has been doing over all replicas. Whatever can wait goes by the one
/// that leads, and the lead changes slowly; a crisis text goes at once by whoever works.
/// </summary>
public sealed partial class TextRouter : IDisposable
{
    /// <summary>An answer so late is nearly none.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(3);

    private readonly TimeProvider time;
    private readonly ILogger<TextRouter> logger;
    private readonly ProviderBoard board;
    private readonly SemaphoreSlim oneReader = new(1);

    // Providers by which a text went well since this process last counted a failure.
    private readonly ConcurrentDictionary<string, bool> wentWell = new();
    private Snapshot? snapshot;
    private bool isSeeded;

    /// <param name="providers">The one to prefer first.</param>
    public TextRouter(
        IEnumerable<ITextProvider> providers, NpgsqlDataSource database, TimeProvider time, ILogger<TextRouter> logger)
    {
        Providers = [.. providers];
        board = new(database, [.. Providers.Select(provider => provider.Name)]);
        this.time = time;
        this.logger = logger;
    }

    /// <summary>Those that are configured, the one to prefer first.</summary>
    public IReadOnlyList<ITextProvider> Providers { get; }

    /// <summary>By its name, or null where it is not configured.</summary>
    public ITextProvider? Find(string name) => Providers.FirstOrDefault(provider => provider.Name == name);

    /// <summary>
    /// Who takes a text now, or null when nobody should: try again in a few seconds. For a crisis text or an alert it
    /// is null only where no provider is left.
    /// </summary>
    /// <param name="except">A provider that must not have it: it refused it, or may have it already.</param>
    public async Task<ITextProvider?> ChooseAsync(
        TextClass textClass, string? except, CancellationToken cancellationToken)
    {
        var health = (await HealthAsync(cancellationToken)).Where(one => one.Name != except).ToList();
        if (textClass is TextClass.Crisis or TextClass.Alert)
        {
            // Where every circuit is open, the one that will close first is better than silence.
            return health.OrderBy(one => one.OpensIn ?? TimeSpan.MinValue).FirstOrDefault() is { } best
                ? Find(best.Name)
                : null;
        }

        return health is [var first, ..] && (first.IsClosed || await IsTrialAsync(first, cancellationToken))
            ? Find(first.Name)
            : null;
    }

    /// <summary>Tells what came of a text. Call it after that was stored: it may ask a provider how it is.</summary>
    /// <param name="took">How long the provider took to answer.</param>
    public async Task ReportAsync(
        ITextProvider provider,
        TextClass textClass,
        SendOutcome outcome,
        TimeSpan took,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(provider);
        var health = await HealthAsync(cancellationToken);
        if (IsFailure(provider, outcome, took))
        {
            var isFirst = wentWell.TryRemove(provider.Name, out _);
            await board.FailedAsync(provider.Name, isFirst, cancellationToken);
            LogFailure(logger, provider.Name, took.TotalMilliseconds);
            snapshot = null;
            return;
        }

        if (outcome is SendOutcome.Accepted)
        {
            wentWell[provider.Name] = true;
            if (health.FirstOrDefault(one => one.Name == provider.Name) is { IsClean: false })
            {
                await board.SucceededAsync(provider.Name, cancellationToken);
                snapshot = null;
            }

            await AskAsync(health.FirstOrDefault(one => !one.Leads && one.IsHalfOpen), cancellationToken);
        }
    }

    public void Dispose() => oneReader.Dispose();

    private static bool IsFailure(ITextProvider provider, SendOutcome outcome, TimeSpan took) => outcome switch
    {
        SendOutcome.Refused refused => ErrorCatalogue.Find(provider.Name, refused.Code).AgainstProvider,
        SendOutcome.Unknown => true,
        _ => took > Slow,
    };

    /// <summary>Whether a text that can wait is the one that tries a lead whose circuit is half open.</summary>
    private async Task<bool> IsTrialAsync(ProviderHealth health, CancellationToken cancellationToken) =>
        health is { Leads: true, IsHalfOpen: true } && await board.TryProbeAsync(health.Name, cancellationToken);

    /// <summary>
    /// One that lost the lead gets no texts that could show that it works again; so it is asked for a text that it does
    /// not have. Its answer closes the circuit.
    /// </summary>
    private async Task AskAsync(ProviderHealth? candidate, CancellationToken cancellationToken)
    {
        if (candidate is null
            || Find(candidate.Name) is not { } provider
            || !PhoneNumber.TryParse("+15550100199", out var nobody)
            || !await board.TryProbeAsync(candidate.Name, cancellationToken))
        {
            return;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ProbeLimit);
        try
        {
            SentText question = new(Guid.Empty, 0, $"SM{Guid.Empty:N}", nobody, "", time.GetUtcNow());
            if (await provider.LookAsync(question, limit.Token) is not LookOutcome.Unavailable)
            {
                await board.SucceededAsync(provider.Name, cancellationToken);
                snapshot = null;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            LogSilence(logger, provider.Name);
        }
    }

    private async Task<IReadOnlyList<ProviderHealth>> HealthAsync(CancellationToken cancellationToken)
    {
        if (Fresh() is { } fresh)
        {
            return fresh;
        }

        await oneReader.WaitAsync(cancellationToken);
        try
        {
            if (Fresh() is { } justRead)
            {
                return justRead;
            }

            if (!isSeeded)
            {
                await board.SeedAsync(cancellationToken);
                isSeeded = true;
            }

            Snapshot read = new(await board.ReadAsync(cancellationToken), time.GetTimestamp());
            snapshot = read;
            return read.Health;
        }
        finally
        {
            oneReader.Release();
        }
    }

    private IReadOnlyList<ProviderHealth>? Fresh() =>
        snapshot is { } known && time.GetElapsedTime(known.ReadAt) < MaxAge ? known.Health : null;

    [LoggerMessage(LogLevel.Warning, "{Provider} did not take a text as it should, after {Milliseconds} ms")]
    private static partial void LogFailure(ILogger logger, string provider, double milliseconds);

    [LoggerMessage(LogLevel.Warning, "{Provider} does not answer questions yet")]
    private static partial void LogSilence(ILogger logger, string provider);

    /// <param name="Health">The one that leads first.</param>
    private sealed record Snapshot(IReadOnlyList<ProviderHealth> Health, long ReadAt);
}
