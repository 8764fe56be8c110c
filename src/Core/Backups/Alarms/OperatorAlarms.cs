using System.Diagnostics.Metrics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using RecoveryOS.Core.Backups.Telemetry;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Core.Privacy;

namespace RecoveryOS.Core.Backups.Alarms;

/// <summary>
/// Tells operators what is wrong with backups: a row while it lasts, a log line, a count, and a text to each of
/// <see cref="DrillOptions.OperatorPhones"/>, once a day.
/// </summary>
public sealed partial class OperatorAlarms(
    NpgsqlDataSource dataSource,
    PhoneCipher cipher,
    OutboxBell bell,
    IOptions<BackupOptions> options,
    IMeterFactory meters,
    ILogger<OperatorAlarms> logger)
{
    public const string Template = "operator_alert";

    /// <summary>Operators belong to no account; their texts are filed under this one, which nobody has.</summary>
    private static readonly Guid NoAccount = Guid.Empty;

    private readonly Counter<long> raised = meters.Create(BackupMetrics.MeterName)
        .CreateCounter<long>("recoveryos_operator_alarms_total", description: "Alarms that operators were told of.");

    /// <summary>A text of the same alarm to the same number goes once a day, by the key.</summary>
    private const string RaiseSql = """
        WITH alarm AS (
            INSERT INTO operator_alarms (server, kind, detail) VALUES ($1, $2, $3)
            ON CONFLICT (server, kind) WHERE ended_at IS NULL
            DO UPDATE SET last_at = now(), times = operator_alarms.times + 1, detail = EXCLUDED.detail
            RETURNING id, times
        ), texts AS (
            INSERT INTO outbox (account_id, class, template, phone_ciphertext, phone_key_id, phone_hash, dedup_key)
            SELECT $4, 'alert', $5, ciphertext, key_id, hash,
                concat('operator:', id, ':', position, ':', (now() AT TIME ZONE 'UTC')::date)
            FROM alarm, unnest($6, $7, $8) WITH ORDINALITY AS phone (ciphertext, key_id, hash, position)
            ON CONFLICT (dedup_key) DO NOTHING
            RETURNING id
        )
        SELECT times, (SELECT count(*) FROM texts) FROM alarm
        """;

    /// <summary>Raises an alarm, or says that it still lasts.</summary>
    /// <param name="detail">One sentence, without secrets and without data.</param>
    public async Task RaiseAsync(string server, AlarmKind kind, string detail, CancellationToken cancellationToken)
    {
        var name = Name(kind);
        var phones = options.Value.Drill.OperatorPhones
            .Select(
                text => PhoneNumber.TryParse(text, out var number) ? number : throw new FormatException("not a number"))
            .Select(number => cipher.Seal(NoAccount, number))
            .ToList();
        var (times, texts) = (await dataSource.CreateCommand(RaiseSql)
            .With(server).With(name).With(detail).With(NoAccount).With(Template)
            .With(phones.Select(phone => phone.Ciphertext).ToArray())
            .With(phones.Select(phone => phone.KeyId).ToArray())
            .With(phones.Select(phone => phone.Hash).ToArray())
            .ToListAsync(row => (row.GetInt32(0), row.GetInt64(1)), cancellationToken))[0];
        Raised(logger, server, name, times, detail);
        raised.Add(
            1, new KeyValuePair<string, object?>("server", server), new KeyValuePair<string, object?>("kind", name));
        if (texts > 0)
            bell.Ring();
    }

    /// <summary>It is right again; nothing happens where there is no such alarm.</summary>
    public Task EndAsync(string server, AlarmKind kind, CancellationToken cancellationToken) => dataSource
        .CreateCommand(
            "UPDATE operator_alarms SET ended_at = now() WHERE server = $1 AND kind = $2 AND ended_at IS NULL")
        .With(server).With(Name(kind))
        .ExecuteAsync(cancellationToken);

    /// <summary>Those that last, oldest first.</summary>
    public Task<List<OperatorAlarm>> ListAsync(CancellationToken cancellationToken) => dataSource
        .CreateCommand("""
            SELECT id, server, kind, detail, raised_at, times, ended_at
            FROM operator_alarms WHERE ended_at IS NULL ORDER BY id
            """)
        .ToListAsync(
            row => new OperatorAlarm(
                row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3),
                row.GetFieldValue<DateTimeOffset>(4), row.GetInt32(5),
                row.IsDBNull(6) ? null : row.GetFieldValue<DateTimeOffset>(6)),
            cancellationToken);

    private static string Name(AlarmKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());

    [LoggerMessage(EventName = "operator_alarm", Level = LogLevel.Error, Message = "{server} {kind} {times} {detail}")]
    private static partial void Raised(ILogger logger, string server, string kind, int times, string detail);
}
