using Npgsql;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Physical;
using RecoveryOS.Core.Backups.Runs;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.PostgresServers;
using RecoveryOS.Testing.Specimens;

namespace RecoveryOS.Core.Tests.Backups.Physical;

public sealed class PhysicalBackupsTests(SpecimenFixture fixture)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("zstd", ".tar.zst", ".tar")]
    [InlineData("gzip", ".tar.gz", ".tar.gz")]
    [InlineData("none", ".tar", ".tar")]
    public async Task A_base_backup_passes_the_servers_own_verifier(string compression, string suffix, string walSuffix)
    {
        var specimen = await fixture.ShareAsync(Stop);
        await using var stage = new BackupStage(("Backups__Compression", compression));

        var entry = await stage.Physical.TakeAsync(specimen.Target(), null, Stop);

        var backup = entry.Physical ?? throw new InvalidOperationException("no backup in the entry");
        Assert.Equal(compression, backup.Compression);
        Assert.EndsWith($"base{suffix}", backup.Base.Name, StringComparison.Ordinal);
        Assert.EndsWith($"pg_wal{walSuffix}", backup.StreamedWal.Name, StringComparison.Ordinal);
        Assert.Equal("far space", Assert.Single(backup.Tablespaces).Name);
        Assert.Null(backup.ManifestFailure);
        Assert.True(backup.StartLsn < backup.StopLsn);
        Assert.True(backup.StopLsn < (backup.ManifestPoint?.Lsn ?? default));
        Assert.Equal([entry], await stage.Catalogue.KeptAsync("specimen", Stop), Same);
        Assert.Empty(Directory.EnumerateFileSystemEntries(stage.StagingFolder));
        await VerifyAsync(specimen, stage, backup);
    }

    private static bool Same(CatalogueEntry? one, CatalogueEntry? other) => one?.Physical?.Id == other?.Physical?.Id;

    private static async Task VerifyAsync(Specimen specimen, BackupStage stage, PhysicalBackup backup)
    {
        var data = Directory.CreateDirectory(Path.Combine(stage.Folder, "data")).FullName;
        await Unpacked.IntoAsync(stage, backup, data);
        // The only file that was taken away.
        await Unpacked.RunAsync(
            specimen.Server.Binaries["pg_verifybackup"], "--quiet", "--ignore=tablespace_map", data);
    }

    [Fact]
    public async Task What_a_failed_run_left_is_removed_by_the_next_and_a_living_runs_objects_are_not()
    {
        var specimen = await fixture.ShareAsync(Stop);
        await using var stage = new BackupStage();
        var (dead, alive) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        foreach (var id in new[] { dead, alive })
            await stage.Vault.WriteAsync(StoreLayout.BackupFile("specimen", id, "base.tar"), new byte[10], Stop);
        await using var living = await LivingBackup.StartAsync(specimen.Target(), alive, Stop);
        var left = Directory.CreateDirectory(Path.Combine(stage.StagingFolder, $"{dead}")).FullName;
        await File.WriteAllTextAsync($"{left}.lock", "", Stop);

        await stage.Physical.TakeAsync(specimen.Target(), null, Stop);

        var objects = await stage.ObjectsAsync(Stop);
        Assert.DoesNotContain(objects, name => name.Contains($"{dead}", StringComparison.Ordinal));
        Assert.Contains(objects, name => name.Contains($"{alive}", StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFileSystemEntries(stage.StagingFolder));
    }

    [Fact]
    public async Task A_canceled_backup_leaves_no_entry_and_nothing_staged()
    {
        var specimen = await fixture.ShareAsync(Stop);
        await using var stage = new BackupStage();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stage.Physical.TakeAsync(
            specimen.Target(), new CancelingProgress(cancel), cancel.Token));

        Assert.Empty(await stage.Catalogue.KeptAsync("specimen", Stop));
        Assert.Empty(Directory.EnumerateFileSystemEntries(stage.StagingFolder));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_of_a_program_that_is_stopped_or_killed_goes_on(bool isKilled)
    {
        var specimen = await fixture.ShareAsync(Stop);
        await using var stage = new BackupStage();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var halting = new HaltingProgress(stage.StagingFolder, isKilled ? null : cancel);

        var failure = await Assert.ThrowsAnyAsync<Exception>(
            () => stage.Physical.TakeAsync(specimen.Target(), halting, cancel.Token));

        Assert.True(isKilled ? failure is BackupException : failure is OperationCanceledException, $"{failure}");
        Assert.Equal(2, halting.Processes);
        Assert.Empty(ProcessTable.Naming(stage.StagingFolder));
        Assert.Empty(Directory.EnumerateFileSystemEntries(stage.StagingFolder));
    }

    [Fact]
    public async Task A_store_that_goes_away_stops_the_backup()
    {
        var specimen = await fixture.ShareAsync(Stop);
        await using var stage = new BackupStage();
        var store = Path.Combine(stage.Folder, "store");
        Directory.Delete(store);

        var failure = await Assert.ThrowsAsync<BackupException>(
            () => stage.Physical.TakeAsync(specimen.Target(), null, Stop));

        Assert.Equal("store_unavailable", failure.Code);
        Directory.CreateDirectory(store);
        await stage.Physical.TakeAsync(specimen.Target(), null, Stop);
    }

    [Theory]
    [InlineData("postgres://recoveryos:wrong@127.0.0.1:{port}/postgres", "credentials_refused")]
    [InlineData("postgres://recoveryos:x@127.0.0.1:1/postgres", "server_unreachable")]
    [InlineData("postgres://recoveryos:{password}@127.0.0.1:{port}/nowhere", "not_found")]
    public async Task A_server_that_does_not_let_us_in_is_told_apart(string url, string code)
    {
        var specimen = await fixture.ShareAsync(Stop);
        await using var stage = new BackupStage();
        var target = new TargetServer(new BackupTarget
        {
            Name = "specimen",
            Url = url.Replace("{port}", $"{specimen.Server.Port}", StringComparison.Ordinal)
                .Replace("{password}", specimen.Server.Password, StringComparison.Ordinal),
        });

        var failure = await Assert.ThrowsAsync<BackupException>(() => stage.Physical.TakeAsync(target, null, Stop));

        Assert.Equal(code, failure.Code);
        Assert.DoesNotContain(specimen.Server.Password, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_major_version_that_is_not_installed_is_named()
    {
        var failure = await Assert.ThrowsAsync<BackupException>(() => TargetServer.BinariesAsync(99, Stop));

        Assert.Equal("wrong_major_version", failure.Code);
        Assert.Contains("99", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_page_of_the_server_fails_the_backup()
    {
        await using var specimen = await Specimen.StartAsync(100, null, Stop);
        await using var stage = new BackupStage();
        await using (var connection = await specimen.OpenAsync(Specimen.Main, Stop))
        {
            await using var command = new NpgsqlCommand("CHECKPOINT; SELECT pg_relation_filepath('notes')", connection);
            var file = Path.Combine(specimen.Server.DataFolder, (string)(await command.ExecuteScalarAsync(Stop) ?? ""));
            await using var heap = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            heap.Position = 8000;
            heap.WriteByte(0x5a);
        }

        var failure = await Assert.ThrowsAsync<BackupException>(
            () => stage.Physical.TakeAsync(specimen.Target(), null, Stop));

        Assert.Equal("checksum_failure", failure.Code);
        Assert.Empty(await stage.Catalogue.KeptAsync("specimen", Stop));
    }

    [Theory]
    [InlineData("pg_basebackup: error: could not write to file \"/w/base.tar\": No space left on device", "disk_full")]
    [InlineData("pg_basebackup: error: FATAL:  no pg_hba.conf entry for replication connection", "credentials_refused")]
    [InlineData(
        "pg_dump: error: server version: 99.1; pg_dump version: 15.18\n"
        + "pg_dump: error: aborting because of server version mismatch",
        "wrong_major_version")]
    [InlineData("something new", "program_failed")]
    public void What_programs_say_becomes_a_code(string said, string code) =>
        Assert.Equal(code, BackupFailure.OfProgram("pg_basebackup", new ToolResult(1, said.Split('\n'))).Code);

    /// <summary>Once the copy's two processes are at work, kills the first one, or cancels.</summary>
    private sealed class HaltingProgress(string folder, CancellationTokenSource? cancel) : IProgress<BackupProgress>
    {
        public int Processes { get; private set; }

        public void Report(BackupProgress value)
        {
            if (Processes > 0)
                return;
            IReadOnlyList<int> found;
            do
                found = ProcessTable.Naming(folder);
            while (found.Count is 1);

            Processes = found.Count;
            if (cancel is not null)
                cancel.Cancel();
            else
                ProcessTable.Kill(found.Single(IsOurs));
        }

        /// <summary>The second one's parent is the first.</summary>
        private static bool IsOurs(int process) => File.ReadAllLines($"/proc/{process}/status")
            .Contains($"PPid:\t{Environment.ProcessId}");
    }

    /// <summary>Cancels as soon as the copy is under way.</summary>
    private sealed class CancelingProgress(CancellationTokenSource cancel) : IProgress<BackupProgress>
    {
        public void Report(BackupProgress value) => cancel.Cancel();
    }
}
