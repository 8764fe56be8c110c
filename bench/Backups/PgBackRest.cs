using System.Globalization;
using RecoveryOS.Bench.Verifications;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Bench.Backups;

/// <summary>pgBackRest with zstd, both cores, and WAL pushed by archive_command.</summary>
internal sealed class PgBackRest(Arena arena) : IBackupContestant
{
    /// <summary>
    /// What the arena's server archives with, once <see cref="PrepareAsync"/> wrote the configuration.
    /// </summary>
    public const string ArchiveCommand =
        "test ! -e ARENA/pgbackrest.conf || pgbackrest --config=ARENA/pgbackrest.conf --stanza=bench archive-push %p";

    public string Name => "pgBackRest";

    private string Store => Path.Combine(arena.Folder, "pgbackrest");

    private string Command => $"pgbackrest --config={arena.Folder}/pgbackrest.conf --stanza=bench";

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await arena.FolderAsync("pgbackrest", cancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(arena.Folder, "pgbackrest.conf"),
            string.Create(CultureInfo.InvariantCulture, $"""
                [global]
                repo1-path={Store}/repo
                log-path={Store}/log
                lock-path={Store}/lock
                spool-path={Store}/spool
                repo1-retention-full=1
                compress-type=zst
                process-max=2
                start-fast=y
                log-level-console=warn
                [bench]
                pg1-path={arena.Server.DataFolder}
                pg1-port={arena.Server.Port}
                pg1-socket-path={arena.Server.SocketFolder}
                pg1-user={PostgresServer.Superuser}

                """),
            cancellationToken);
        await RunAsync($"{Command} stanza-create", cancellationToken);
    }

    public Task<Cost> BackupAsync(CancellationToken cancellationToken) =>
        RunAsync($"{Command} --type=full backup", cancellationToken);

    public Task<Cost> RestoreAsync(string folder, CancellationToken cancellationToken) => RunAsync(
        $"""
        {Command} --pg1-path={folder} --type=immediate --target-action=promote restore
        {arena.StartScript(folder)}
        """,
        cancellationToken);

    /// <summary>How long its own check takes; null: it found something wrong.</summary>
    public Task<double?> VerifyAsync(CancellationToken cancellationToken) => Damage.VerdictAsync(
        $"""
        {Command} --output=text --verbose verify >{Store}/verify.txt
        cat {Store}/verify.txt
        grep -q 'status: ok' {Store}/verify.txt
        """,
        arena, cancellationToken);

    /// <summary>Whether it notices what a script does to its repository.</summary>
    public Task<bool> CatchesAsync(string script, CancellationToken cancellationToken) => Damage.CatchesAsync(
        arena,
        Path.Combine(Store, "repo"),
        $"""
        B={Store}/repo/backup/bench/latest; F=$(ls $B/pg_data/$TARGET.zst)
        W=$(ls {Store}/repo/archive/bench/*/*/*.zst | tail -3 | head -1)
        {script}
        """,
        VerifyAsync, cancellationToken);

    public long StoredBytes() => Arena.SizeOf(Path.Combine(Store, "repo", "backup"));

    // Its retention keeps one full backup: the next one replaces this.
    public Task ForgetAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task FinishAsync(CancellationToken cancellationToken)
    {
        File.Delete(Path.Combine(arena.Folder, "pgbackrest.conf"));
        return Task.CompletedTask;
    }

    private Task<Cost> RunAsync(string script, CancellationToken cancellationToken) =>
        ProcessTree.RunAsync(script, arena.Environment, asServerUser: true, cancellationToken);
}
