using Microsoft.Extensions.Logging;
using Npgsql;
using RecoveryOS.Core.Database;

namespace RecoveryOS.Core.Messaging.Reminders;

/// <summary>
/// The daily prompt of members who chose a time: one a day by their own clock, none on a day on which they have checked
/// in. A choice outside 08:00–21:00 is prompted at 08:00. A prompt is of use for four hours and not beyond 21:00; what
/// was missed for longer is left out, so that nothing floods anybody after an outage.
/// </summary>
public sealed partial class DailyPrompts(NpgsqlDataSource dataSource, ILogger<DailyPrompts> logger)
{
    private const int AtOnce = 1_000;

    /// <summary>
    /// A time of day is compared with the clock on the member's wall, not turned into an instant: an hour that a change
    /// of the clock leaves out has come when the clock is past it, and one that comes twice is stopped by the day's
    /// key. $1 from, $2 now, $3 zones, $4 the member's id to go on after, $5 how many. What is due within the next
    /// minute is queued already, so that it goes at its minute.
    /// </summary>
    private const string Queue = """
        WITH zones AS MATERIALIZED (
            SELECT zone, ($2 + interval '1 minute') AT TIME ZONE zone AS local, $1 AT TIME ZONE zone AS since
            FROM unnest($3) AS zone
        ), members_of_zones AS (
            SELECT m.id, account_id, phone_ciphertext, phone_key_id, phone_hash, zone,
                local::date AS today, local::time::interval AS clock,
                CASE WHEN since::date = local::date THEN since::time::interval ELSE interval '-1 s' END AS before,
                CASE WHEN reminder_time >= '08:00' AND reminder_time < '21:00' THEN reminder_time::interval
                    ELSE interval '8 hours' END AS moment
            FROM members m JOIN zones ON zone = timezone
            WHERE reminder_time IS NOT NULL AND state = 'active' AND m.id > $4
        ), due AS (
            SELECT *, least(moment + interval '4 hours', interval '21 hours') AS latest
            FROM members_of_zones m
            WHERE moment > before AND moment <= clock
                AND clock < least(moment + interval '4 hours', interval '21 hours')
                AND (
                    SELECT (created_at AT TIME ZONE zone)::date FROM check_ins c
                    WHERE c.member_id = m.id ORDER BY c.id DESC LIMIT 1
                ) IS DISTINCT FROM today
            ORDER BY id
            LIMIT $5
        ), texts AS (
            INSERT INTO outbox (
                account_id, member_id, class, template, due_at, expires_at, dedup_key,
                phone_ciphertext, phone_key_id, phone_hash)
            SELECT account_id, id, 'reminder', 'check_in_reminder',
                greatest($2, $2 + interval '1 minute' - (clock - moment)),
                $2 + interval '1 minute' + (latest - clock),
                'reminder:' || id || ':' || today,
                phone_ciphertext, phone_key_id, phone_hash
            FROM due
            ON CONFLICT (dedup_key) DO NOTHING
            RETURNING id
        )
        SELECT (SELECT count(*)::int FROM texts), count(*)::int, (array_agg(id ORDER BY id DESC))[1] FROM due
        """;

    // Asked of the database once each: one that it does not know must not keep the others from their prompts.
    private readonly HashSet<string> knownZones = [];

    /// <summary>Queues the prompts that fall due between two instants of the database's clock.</summary>
    /// <returns>How many.</returns>
    public async Task<int> QueueAsync(DateTime from, DateTime now, CancellationToken cancellationToken)
    {
        var zones = await ZonesAsync(cancellationToken);
        var (queued, last) = (0, (Guid?)Guid.Empty);
        while (last is { } after)
        {
            var (texts, due, id) = (await dataSource.CreateCommand(Queue)
                .With(from).With(now).With(zones).With(after).With(AtOnce)
                .ToListAsync(
                    row => (row.GetInt32(0), row.GetInt32(1), row.IsDBNull(2) ? (Guid?)null : row.GetGuid(2)),
                    cancellationToken))[0];
            queued += texts;
            last = due < AtOnce ? null : id;
        }

        return queued;
    }

    private async Task<string[]> ZonesAsync(CancellationToken cancellationToken)
    {
        var zones = await dataSource
            .CreateCommand("""
                SELECT DISTINCT timezone::text FROM members WHERE reminder_time IS NOT NULL AND state = 'active'
                """)
            .ToListAsync(row => row.GetString(0), cancellationToken);
        List<string> usable = [];
        foreach (var zone in zones)
        {
            if (knownZones.Contains(zone) || await IsKnownAsync(zone, cancellationToken))
            {
                knownZones.Add(zone);
                usable.Add(zone);
            }
            else
            {
                TimezoneUnknown(logger, zone);
            }
        }

        return [.. usable];
    }

    private async Task<bool> IsKnownAsync(string zone, CancellationToken cancellationToken)
    {
        try
        {
            await dataSource.CreateCommand("SELECT now() AT TIME ZONE $1").With(zone)
                .ToListAsync(_ => 0, cancellationToken);
            return true;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InvalidParameterValue)
        {
            return false;
        }
    }

    [LoggerMessage(EventName = "timezone_unknown", Level = LogLevel.Error, Message = "{timezone}")]
    private static partial void TimezoneUnknown(ILogger logger, string timezone);
}
