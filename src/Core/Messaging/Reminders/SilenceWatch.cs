using Npgsql;
using RecoveryOS.Core.Database;

namespace RecoveryOS.Core.Messaging.Reminders;

/// <summary>
/// Two days of silence after a check-in in the high band bring a person to the member: one engagement alert for each
/// such check-in. It looks at the check-ins of two days ago, and so costs what these cost, not what the history does.
/// </summary>
public sealed class SilenceWatch(NpgsqlDataSource dataSource)
{
    /// <summary>Ids rise with time (UUIDv7), and so find what was written two days ago. $1 from, $2 now.</summary>
    private const string Open = """
        WITH silent AS (
            SELECT m.id, m.account_id
            FROM check_ins c
            JOIN risk_scores r ON r.check_in_id = c.id
            JOIN members m ON m.id = c.member_id
            WHERE c.id >= (lpad(to_hex((extract(epoch FROM $1 - interval '2 days') * 1000)::bigint), 12, '0')
                    || '70000000000000000000')::uuid
                AND c.id < (lpad(to_hex((extract(epoch FROM $2 - interval '2 days') * 1000)::bigint), 12, '0')
                    || '70000000000000000000')::uuid
                AND r.band = 'high' AND m.state = 'active'
                AND NOT EXISTS (SELECT FROM check_ins later WHERE later.member_id = c.member_id AND later.id > c.id)
                AND NOT EXISTS (
                    SELECT FROM alerts
                    WHERE member_id = c.member_id AND kind = 'engagement'
                        AND (status = 'open' OR created_at >= c.created_at + interval '2 days'))
        ), alert AS (
            INSERT INTO alerts (account_id, member_id, kind, severity)
            SELECT account_id, id, 'engagement', 'medium' FROM silent
            RETURNING id, account_id
        ), audit AS (
            INSERT INTO audit_log (account_id, actor, action, subject_id)
            SELECT account_id, 'system:silence', 'alert.opened', id FROM alert
        )
        SELECT count(*)::int FROM alert
        """;

    /// <summary>
    /// Opens the alerts of silences that became two days long between two instants of the database's clock.
    /// </summary>
    /// <returns>How many.</returns>
    public async Task<int> OpenAsync(DateTime from, DateTime now, CancellationToken cancellationToken) =>
        (await dataSource.CreateCommand(Open).With(from).With(now)
            .ToListAsync(row => row.GetInt32(0), cancellationToken))[0];
}
