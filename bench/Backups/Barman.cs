using System.Globalization;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Bench.Backups;

/// <summary>Barman over pg_basebackup, with gzip, which is the one compression of its Debian version that fits.</summary>
internal sealed class Barman(Arena arena) : IBackupContestant
{
    public string Name => "Barman";

    private string Store => Path.Combine(arena.Folder, "barman");

    private string Command => $"barman -q -c {arena.Folder}/barman.conf";

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await arena.FolderAsync("barman", cancellationToken);
        var address = string.Create(
            CultureInfo.InvariantCulture,
            $"host={arena.Server.SocketFolder} port={arena.Server.Port} user={PostgresServer.Superuser} dbname={Arena.Database}");
        await File.WriteAllTextAsync(
            Path.Combine(arena.Folder, "barman.conf"),
            $"""
            [barman]
            barman_user=postgres
            barman_home={Store}
            barman_lock_directory={Store}
            log_file={Store}/barman.log
            [bench]
            description=bench
            conninfo={address} password={arena.Server.Password}
            streaming_conninfo={address} password={arena.Server.Password}
            backup_method=postgres
            streaming_archiver=on
            slot_name=barman
            backup_compression=gzip
            backup_compression_level=1
            immediate_checkpoint=true
            minimum_redundancy=0
            recovery_staging_path={Store}/staging
            path_prefix={arena.Server.Binaries.Folder}

            """,
            cancellationToken);
        await RunAsync($"mkdir -p {Store}/staging; {Command} receive-wal --create-slot bench", cancellationToken);
        await RunAsync(
            $"setsid {Command} receive-wal bench >{Store}/receive.log 2>&1 </dev/null & sleep 2; {Command} switch-wal --force --archive bench",
            cancellationToken);
    }

    public Task<Cost> BackupAsync(CancellationToken cancellationToken) =>
        RunAsync($"{Command} backup bench --wait", cancellationToken);

    public Task<Cost> RestoreAsync(string folder, CancellationToken cancellationToken) => RunAsync(
        $"""
        {Command} recover bench latest {folder} --target-immediate --target-action=promote
        {arena.StartScript(folder)}
        """,
        cancellationToken);

    public long StoredBytes() => Arena.SizeOf(Path.Combine(Store, "bench", "base"));

    public Task ForgetAsync(CancellationToken cancellationToken) => RunAsync($"{Command} delete bench latest", cancellationToken);

    public Task FinishAsync(CancellationToken cancellationToken) => RunAsync(
        $"{Command} receive-wal --stop bench || true; psql -qc \"SELECT pg_drop_replication_slot('barman')\" || true",
        cancellationToken);

    private Task<Cost> RunAsync(string script, CancellationToken cancellationToken) =>
        ProcessTree.RunAsync(script, arena.Environment, asServerUser: true, cancellationToken);
}
