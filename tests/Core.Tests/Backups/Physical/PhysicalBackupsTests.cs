using System.Diagnostics;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Physical;
using RecoveryOS.Core.Backups.Stores;
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
        await UnpackAsync(stage, backup.Base, data);
        await UnpackAsync(stage, backup.StreamedWal, Path.Combine(data, "pg_wal"));
        foreach (var tablespace in backup.Tablespaces)
            await UnpackAsync(stage, tablespace.Content, Directory.CreateDirectory(Path.Combine(data, "pg_tblspc", $"{tablespace.Oid}")).FullName);
        var manifest = Path.Combine(data, "backup_manifest");
        await stage.FetchAsync(backup.BackupManifest, manifest, Stop);

        await RunAsync(specimen.Server.Binaries["pg_verifybackup"], "-q", data);
    }

    private static async Task UnpackAsync(BackupStage stage, VaultObject tar, string folder)
    {
        var file = Path.Combine(stage.Folder, Path.GetFileName(tar.Name));
        await stage.FetchAsync(tar, file, Stop);
        await RunAsync("tar", "--extract", "--file", file, "--directory", folder);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
        Assert.NotNull(process);
        var errors = await process.StandardError.ReadToEndAsync(Stop);
        await process.WaitForExitAsync(Stop);
        Assert.True(process.ExitCode is 0, $"{program}: {errors}");
    }
}
