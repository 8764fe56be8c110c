using System.Text.RegularExpressions;
using Npgsql;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Wal.Receiving;

namespace RecoveryOS.Cli.Doctors;

/// <summary>What a server that is backed up says of itself, of our role and of our slot.</summary>
internal sealed partial record ServerState
{
    private const string Query = """
        SELECT current_setting('server_version_num')::int / 10000, current_user::text, current_setting('wal_level'),
            current_setting('max_wal_senders')::int
                - (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'walsender'),
            current_setting('data_checksums')::bool, rolsuper OR rolreplication,
            pg_has_role(current_user, 'pg_read_all_data', 'USAGE'),
            has_function_privilege('pg_create_restore_point(text)', 'EXECUTE'),
            pg_has_role(current_user,
                (SELECT max(rolname) FROM pg_roles
                    WHERE rolname = CASE WHEN current_setting('server_version_num')::int >= 170000
                        THEN 'pg_maintain' ELSE 'pg_write_all_data' END),
                'USAGE'),
            CASE WHEN to_regclass('recoveryos_marks.heartbeats') IS NULL
                THEN has_database_privilege(current_database(), 'CREATE')
                ELSE has_table_privilege('recoveryos_marks.heartbeats', 'INSERT') END,
            current_setting('synchronous_standby_names'),
            (SELECT count(*) FROM pg_replication_slots WHERE slot_name = $1) > 0,
            (SELECT wal_status FROM pg_replication_slots WHERE slot_name = $1)
        FROM pg_roles WHERE rolname = current_user
        """;

    public required int MajorVersion { get; init; }

    public required string Role { get; init; }

    public required string WalLevel { get; init; }

    public required int FreeSenders { get; init; }

    public required bool HasChecksums { get; init; }

    public required bool MayReplicate { get; init; }

    public required bool MayReadAll { get; init; }

    public required bool MaySetPoints { get; init; }

    /// <summary>Whether our role may hold writers off; before 17 that takes the right to write.</summary>
    public required bool MayLock { get; init; }

    public required bool MayKeepHeartbeats { get; init; }

    /// <summary>Whether every commit waits for our receiver, and nobody else may answer for it.</summary>
    public required bool WaitsForUsAlone { get; init; }

    public required bool HasSlot { get; init; }

    /// <summary>
    /// <c>reserved</c>, <c>extended</c>, <c>unreserved</c> or <c>lost</c>; null: none, or nothing is kept yet.
    /// </summary>
    public required string? SlotStatus { get; init; }

    /// <exception cref="NpgsqlException">It cannot be reached, or refuses.</exception>
    public static async Task<ServerState> ReadAsync(TargetServer server, CancellationToken cancellationToken)
    {
        await using var connection = await server.OpenAsync(null, cancellationToken);
        await using var command = new NpgsqlCommand(Query, connection) { CommandTimeout = 10 };
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = SlotName.Of(server.Name) });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return new ServerState
        {
            MajorVersion = row.GetInt32(0),
            Role = row.GetString(1),
            WalLevel = row.GetString(2),
            FreeSenders = row.GetInt32(3),
            HasChecksums = row.GetBoolean(4),
            MayReplicate = row.GetBoolean(5),
            MayReadAll = row.GetBoolean(6),
            MaySetPoints = row.GetBoolean(7),
            MayLock = row.GetBoolean(8),
            MayKeepHeartbeats = row.GetBoolean(9),
            WaitsForUsAlone = IsAlone(row.GetString(10), SlotName.Of(server.Name)),
            HasSlot = row.GetBoolean(11),
            SlotStatus = row.IsDBNull(12) ? null : row.GetString(12),
        };
    }

    /// <summary>By <c>synchronous_standby_names</c>: a list with or without FIRST, ANY or a bare count.</summary>
    internal static bool IsAlone(string names, string ours)
    {
        var match = Lists().Match(names);
        var list = match.Success ? match.Groups[2].Value : names;
        var count = match.Success
            ? int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)
            : 1;
        var listed = list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(name => name.Trim('"')).ToList();
        return listed.Contains(ours, StringComparer.OrdinalIgnoreCase) && listed.Count <= count;
    }

    [GeneratedRegex(@"^\s*(?:FIRST\s+|ANY\s+)?(\d+)\s*\((.*)\)\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex Lists();
}
