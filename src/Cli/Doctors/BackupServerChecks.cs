using System.Globalization;
using Npgsql;
using Npgsql.Replication;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Wal.Receiving;

namespace RecoveryOS.Cli.Doctors;

/// <summary>Whether the servers hand out what a backup needs, and whether this machine can take it.</summary>
internal static class BackupServerChecks
{
    /// <summary>A base backup takes two at once; the receiver's own is in use already where it runs.</summary>
    private const int SendersNeeded = 2;

    private static readonly string[] Programs =
        ["pg_basebackup", "pg_dump", "pg_dumpall", "pg_receivewal", "pg_restore", "pg_verifybackup", "pg_amcheck"];

    public static IReadOnlyList<Check> All { get; } =
    [
        new(
            "backup-servers",
            OfServers("backup-servers", "Each lets us in, and hands out copies and WAL.", ServerAsync)),
        new("wal-slots", OfServers("wal-slots", "None is lost.", SlotAsync)),
        new("wal-receivers", BackupChecks.WhereConfigured(WalReceiverCheck.LookAsync)),
        new(
            "synchronous-standbys",
            OfServers("synchronous-standbys", "None waits for our receiver alone.", StandbysAsync)),
        new("backup-programs", OfServers("backup-programs", "All are here.", ProgramsAsync)),
        new("work-folder", BackupChecks.WhereConfigured(WorkFolderAsync)),
    ];

    private static Func<Examination, CancellationToken, Task<IReadOnlyList<Finding>>> OfServers(
        string check,
        string well,
        Func<TargetServer, ServerState, CancellationToken, Task<IEnumerable<Finding>>> look) =>
        BackupChecks.WhereConfigured((examination, cancellationToken) => BackupChecks.OfServersAsync(
            examination, check, well, async server =>
            {
                try
                {
                    return await look(
                        server, await ServerState.ReadAsync(server, cancellationToken), cancellationToken);
                }
                catch (NpgsqlException exception) when (check is "backup-servers")
                {
                    return [Unreachable(server, exception)];
                }
            }));

    private static Finding Unreachable(TargetServer server, NpgsqlException exception) => Finding.Problem(
        "backup-servers",
        exception is PostgresException { SqlState: var state }
            ? $"{server.Name} refuses us ({state})."
            : $"{server.Name} does not answer.",
        "Correct the user, the password, the host or the port in Backups__Targets__…__Url, "
            + "and let pg_hba.conf allow them.");

    private static async Task<IEnumerable<Finding>> ServerAsync(
        TargetServer server, ServerState state, CancellationToken cancellationToken)
    {
        List<Finding> findings = [];
        if (state.WalLevel is "minimal")
            Add("writes too little WAL (wal_level = minimal)", "Set wal_level = replica there, and restart it.");
        if (state.FreeSenders < SendersNeeded)
        {
            Add("has too few free WAL senders for a base backup",
                "Raise max_wal_senders there by 3 or more, and restart it.");
        }

        if (!state.HasChecksums)
            Add(
                "has no data checksums: pages that a disk damaged are copied as they are",
                "Stop it and run pg_checksums --enable.");
        if (!state.MayReplicate)
            Add("does not let our role replicate", $"ALTER ROLE {state.Role} REPLICATION");
        else if (await ReplicationRefusalAsync(server, cancellationToken) is { } code)
            Add(
                $"refuses a connection for replication ({code})",
                $"Add to its pg_hba.conf: host replication {state.Role} OUR-ADDRESS scram-sha-256");
        if (!state.MayReadAll)
            Add("does not let our role read every table", $"GRANT pg_read_all_data TO {state.Role}");
        if (!state.MaySetPoints)
            Add(
                "does not let our role set restore points",
                $"GRANT EXECUTE ON FUNCTION pg_create_restore_point(text) TO {state.Role}");
        if (!state.MayLock)
        {
            Add("does not let our role hold writers off for a moment: base backups have no data manifest",
                $"GRANT {(state.MajorVersion >= 17 ? "pg_maintain" : "pg_write_all_data")} TO {state.Role}");
        }

        if (!state.MayKeepHeartbeats)
            Add(
                "does not let our role keep heartbeats",
                $"GRANT CREATE ON DATABASE {server.Address.Database} TO {state.Role}");
        return findings;

        void Add(string what, string mend) => findings.Add(
            Finding.Problem("backup-servers", $"{server.Name} {what}.", mend));
    }

    /// <summary>The server's code for a refusal; null when it lets us in.</summary>
    private static async Task<string?> ReplicationRefusalAsync(TargetServer server, CancellationToken cancellationToken)
    {
        var address = server.Address;
        address.Timeout = 10;
        await using var connection = new PhysicalReplicationConnection(address.ConnectionString);
        try
        {
            await connection.Open(cancellationToken);
            await connection.IdentifySystem(cancellationToken);
            return null;
        }
        catch (PostgresException exception)
        {
            return exception.SqlState;
        }
    }

    private static Task<IEnumerable<Finding>> SlotAsync(
        TargetServer server, ServerState state, CancellationToken cancellationToken) =>
        Task.FromResult<IEnumerable<Finding>>(!server.Target.ReceivesWal ? [] : state.SlotStatus switch
        {
            "lost" =>
            [
                Finding.Problem(
                    "wal-slots", $"The slot of {server.Name} is lost: WAL was removed before it was received.",
                    "Start ./recoveryos wal receive, which begins a new chain; "
                    + $"then ./recoveryos backup --server {server.Name}."),
            ],
            "unreserved" =>
            [
                Finding.Problem("wal-slots", $"The slot of {server.Name} is about to be lost.",
                    "Start ./recoveryos wal receive now, or raise max_slot_wal_keep_size on the server and reload it."),
            ],
            null when !state.HasSlot =>
            [
                Finding.Problem("wal-slots", $"{server.Name} has no slot for our receiver: nothing keeps its WAL.",
                    "Start ./recoveryos wal receive, which makes it; "
                    + "or set Backups__Targets__…__ReceivesWal to false."),
            ],
            _ => [],
        });

    private static Task<IEnumerable<Finding>> StandbysAsync(
        TargetServer server, ServerState state, CancellationToken cancellationToken) =>
        Task.FromResult<IEnumerable<Finding>>(!server.Target.ReceivesWal || !state.WaitsForUsAlone ? [] :
        [
            Finding.Problem("synchronous-standbys",
                $"{server.Name} waits for our receiver and for nobody else: when it dies, every commit hangs.",
                "Name a standby before it, as in: "
                + $"synchronous_standby_names = 'FIRST 1 (standby, {SlotName.Of(server.Name)})'."),
        ]);

    private static async Task<IEnumerable<Finding>> ProgramsAsync(
        TargetServer server, ServerState state, CancellationToken cancellationToken)
    {
        List<Finding> findings = [];
        try
        {
            var binaries = await TargetServer.BinariesAsync(state.MajorVersion, cancellationToken);
            findings.AddRange(Programs.Where(program => !File.Exists(binaries[program]))
                .Select(program => Finding.Problem(
                    "backup-programs", $"There is no {program} in {binaries.Folder}.",
                    $"Install postgresql-{state.MajorVersion}: the server's package, not the client's alone.")));
        }
        catch (BackupException exception)
        {
            findings.Add(
                Finding.Problem(
                    "backup-programs", exception.Message, $"apt-get install postgresql-{state.MajorVersion}"));
        }

        return findings;
    }

    private static async Task<IReadOnlyList<Finding>> WorkFolderAsync(
        Examination examination, CancellationToken cancellationToken)
    {
        var options = examination.Options<BackupOptions>();
        var folder = Path.GetFullPath(options.Folder);
        try
        {
            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, $".doctor-{Guid.NewGuid():N}");
            await File.WriteAllBytesAsync(probe, [], cancellationToken);
            File.Delete(probe);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [Finding.Problem("work-folder", $"{folder} cannot be written to.",
                "Let the service's user write there, or set Backups__Folder to a folder where it may.")];
        }

        var needed = 0L;
        foreach (var server in examination.Service<BackupTargets>().All)
        {
            var kept = await examination.Service<BackupCatalogue>().KeptAsync(server.Name, cancellationToken);
            needed = Math.Max(needed, kept.LastOrDefault(entry => entry.Physical is not null)?.Physical is { } last
                ? Math.Max(last.Base.StoredLength, last.DataBytes) : 0);
        }

        List<Finding> findings = [];
        var free = new DriveInfo(folder).AvailableFreeSpace;
        if (free < needed)
        {
            findings.Add(Finding.Problem("work-folder",
                string.Create(CultureInfo.InvariantCulture,
                    $"{folder} has {free >> 20} MB left, and a restore of the largest server needs {needed >> 20} MB."),
                "Set Backups__Folder to a larger disk."));
        }

        if (!examination.IsLocal && Directory.Exists(options.Store.Url)
            && Mount(folder) == Mount(Path.GetFullPath(options.Store.Url)))
        {
            findings.Add(Finding.Problem(
                "work-folder", "It is on the store's disk: both are lost and both are full together.",
                "Put the store on a disk, better on a machine, of its own."));
        }

        return findings.Count > 0 ? findings : [Finding.Ok("work-folder",
            string.Create(CultureInfo.InvariantCulture, $"{free >> 30} GB free."))];
    }

    /// <summary>The mount point that a folder lies below.</summary>
    private static string Mount(string folder) => DriveInfo.GetDrives().Select(drive => drive.RootDirectory.FullName)
        .Where(root => folder == root
            || folder.StartsWith(root.EndsWith('/') ? root : $"{root}/", StringComparison.Ordinal))
        .MaxBy(root => root.Length) ?? "/";
}
