using Npgsql;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Timers;

namespace RecoveryOS.Core.Messaging.Reminders;

/// <summary>
/// What the timer <see cref="TimerNames.SendReminders"/> does: prompts, and silences, since it last succeeded.
/// </summary>
public sealed class ReminderRound(NpgsqlDataSource dataSource, DailyPrompts prompts, SilenceWatch silences)
{
    /// <summary>Goes on where the last successful run ended; the first one ever looks back a few minutes.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var (prompted, watched, now) = (await dataSource.CreateCommand("""
            SELECT coalesce(succeeded_at - interval '1 minute', clock_timestamp() - interval '5 minutes'),
                coalesce(succeeded_at - interval '1 minute', clock_timestamp() - interval '7 days'),
                clock_timestamp()
            FROM (VALUES (1)) AS one LEFT JOIN timer_runs ON name = $1
            """)
            .With(TimerNames.SendReminders)
            .ToListAsync(row => (row.GetDateTime(0), row.GetDateTime(1), row.GetDateTime(2)), cancellationToken))[0];
        await prompts.QueueAsync(prompted, now, cancellationToken);
        await silences.OpenAsync(watched, now, cancellationToken);
    }
}
