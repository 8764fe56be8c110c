using System.Globalization;
using RecoveryOS.Bench.Verifications;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Bench.Backups;

/// <summary>
/// Barman over pg_basebackup, with gzip, which is the one compression of its Debian version that fits.
/// </summary>
internal sealed class Barman(Arena arena, bool isPacked = true) : IBackupContestant
{
    public string Name => "Barman";

    private string Store => Path.Combine(arena.Folder, "barman");

    private string Command => $"barman -q -c {arena.Folder}/barman.conf";

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await arena.FolderAsync("barman", cancellationToken);
        var address = string.Create(
            CultureInfo.InvariantCulture,
            $"host={arena.Server.SocketFolder} port={arena.Server.Port} "
            + $"user={PostgresServer.Superuser} dbname={Arena.Database}");
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
            {(isPacked ? "backup_compression=gzip\nbackup_compression_level=1" : "")}
            immediate_checkpoint=true
            minimum_redundancy=0
            recovery_staging_path={Store}/staging
            path_prefix={arena.Server.Binaries.Folder}

            """,
            cancellationToken);
        await RunAsync($"mkdir -p {Store}/staging; {Command} receive-wal --create-slot bench", cancellationToken);
        await RunAsync(
            $"setsid {Command} receive-wal bench >{Store}/receive.log 2>&1 </dev/null & sleep 2; "
            + $"{Command} switch-wal --force --archive bench",
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

    /// <summary>
    /// How long its own check takes, of which packed backups have none; null: it found something wrong.
    /// </summary>
    public Task<double?> VerifyAsync(CancellationToken cancellationToken) =>
        Damage.VerdictAsync($"{Command} verify-backup bench latest", arena, cancellationToken);

    /// <summary>Whether it notices what a script does to its store.</summary>
    public Task<bool> CatchesAsync(string script, CancellationToken cancellationToken) => Damage.CatchesAsync(
        arena,
        Path.Combine(Store, "bench"),
        $"""
        B=$(ls -d {Store}/bench/base/* | tail -1); F=$B/data/$TARGET; W=$(ls {Store}/bench/wals/*/* | tail -3 | head -1)
        {script}
        """,
        VerifyAsync, cancellationToken);

    public long StoredBytes() => Arena.SizeOf(Path.Combine(Store, "bench", "base"));

    public Task ForgetAsync(CancellationToken cancellationToken) =>
        RunAsync($"{Command} delete bench latest", cancellationToken);

    public Task FinishAsync(CancellationToken cancellationToken) => RunAsync(
        $"{Command} receive-wal --stop bench || true; psql -qc \"SELECT pg_drop_replication_slot('barman')\" || true",
        cancellationToken);

    private Task<Cost> RunAsync(string script, CancellationToken cancellationToken) =>
        ProcessTree.RunAsync(script, arena.Environment, asServerUser: true, cancellationToken);
}
