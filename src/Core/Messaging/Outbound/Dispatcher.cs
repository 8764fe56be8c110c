using Microsoft.Extensions.Logging;
using Npgsql;
using RecoveryOS.Core.Messaging.Providers;
using RecoveryOS.Core.Privacy;

namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>Sends what is due in the outbox. As many at once as you like, in as many processes.</summary>
public sealed partial class Dispatcher(
    NpgsqlDataSource dataSource, PhoneCipher cipher, TextRouter router, ILogger<Dispatcher> logger)
{
    // Short of a minute, so that a run that is fired every minute ends before the next.
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(50);

    // The urgent lane is never full of reminders to a provider that hangs.
    private const int UrgentRoom = 16;
    internal const int Room = 32;

    /// <summary>
    /// Until nothing is due, for at most 50 s and what is on its way then. When the token is cancelled, nothing more is
    /// claimed; what is on its way is waited for, and written down.
    /// </summary>
    public async Task<DispatchCounts> RunAsync(CancellationToken cancellationToken)
    {
        var urgent = RunAsync(true, UrgentRoom, cancellationToken);
        var all = RunAsync(false, Room, cancellationToken);
        await Task.WhenAll(urgent, all);
        return await urgent + await all;
    }

    /// <summary>Only crisis texts, alerts and replies: what the <see cref="OutboxBell"/> is rung for.</summary>
    public Task<DispatchCounts> RunUrgentAsync(CancellationToken cancellationToken) =>
        RunAsync(true, UrgentRoom, cancellationToken);

    private async Task<DispatchCounts> RunAsync(bool urgentOnly, int room, CancellationToken cancellationToken)
    {
        if (router.Providers.Count == 0)
        {
            NoProvider(logger);
            return default;
        }

        await ExpireAsync(cancellationToken);
        var lane = new Lane(dataSource, cipher, router, urgentOnly, room, logger);
        var counts = await lane.RunAsync(Budget, cancellationToken);
        if (counts != default)
        {
            Dispatched(logger, counts.Accepted, counts.Unknown, counts.Refused, counts.Held, counts.Dropped);
        }

        return counts;
    }

    private async Task ExpireAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (await Settling.ExpireAsync(connection, cancellationToken) is > 0 and var expired)
        {
            LeasesExpired(logger, expired);
        }
    }

    [LoggerMessage(EventName = "texts_dispatched", Level = LogLevel.Information,
        Message = "{accepted} {unknown} {refused} {held} {dropped}")]
    private static partial void Dispatched(
        ILogger logger, int accepted, int unknown, int refused, int held, int dropped);

    [LoggerMessage(EventName = "text_leases_expired", Level = LogLevel.Warning, Message = "{expired}")]
    private static partial void LeasesExpired(ILogger logger, int expired);

    [LoggerMessage(EventName = "text_provider_missing", Level = LogLevel.Error,
        Message = "texts wait: no provider is configured")]
    private static partial void NoProvider(ILogger logger);
}
