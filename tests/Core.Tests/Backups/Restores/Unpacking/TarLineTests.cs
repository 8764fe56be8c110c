using System.Formats.Tar;
using System.Text;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Restores.Unpacking;
using RecoveryOS.Core.Tests.Backups.Stores;

namespace RecoveryOS.Core.Tests.Backups.Restores.Unpacking;

public sealed class TarLineTests : IDisposable
{
    private readonly DirectoryInfo outer = Directory.CreateTempSubdirectory("recoveryos-tar-");

    public static TheoryData<string> Packings => new(Enum.GetNames<Packing>());

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private string Folder => Directory.CreateDirectory(Path.Combine(outer.FullName, "data")).FullName;

    public void Dispose() => outer.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Packings))]
    public async Task Every_file_comes_out_as_it_was_with_its_mode(string packing)
    {
        var sample = TarSample.Typical();
        var sums = await TarSample.SumsAsync(sample.Manifest());

        var leftOut = await RunAsync(sample.Packed(Enum.Parse<Packing>(packing)), Enum.Parse<Packing>(packing), sums);

        Assert.Empty(leftOut);
        sums.Finish();
        Assert.Equal(6, sample.Files.Count);
        foreach (var (name, bytes) in sample.Files)
            Assert.Equal(bytes, await File.ReadAllBytesAsync(Path.Combine(Folder, name), CancellationToken));
        Assert.Equal((UnixFileMode)0b110_100_000, File.GetUnixFileMode(Path.Combine(Folder, "base/5/5")));
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(Path.Combine(Folder, "base/5")));
    }

    [Theory]
    [MemberData(nameof(Packings))]
    public async Task What_was_cut_off_is_refused(string packing)
    {
        var whole = TarSample.Typical().Packed(Enum.Parse<Packing>(packing));

        await Assert.ThrowsAsync<InvalidDataException>(
            () => RunAsync(whole[..(whole.Length / 2)], Enum.Parse<Packing>(packing), null));
    }

    [Theory]
    [InlineData(nameof(Packing.Gzip))]
    [InlineData(nameof(Packing.Zstd))]
    public async Task What_is_no_packed_file_is_refused(string packing)
    {
        byte[] content = [.. Encoding.UTF8.GetBytes("not packed at all"), .. new byte[4096]];

        await Assert.ThrowsAsync<InvalidDataException>(() => RunAsync(content, Enum.Parse<Packing>(packing), null));
    }

    [Theory]
    [InlineData("../escaped")]
    [InlineData("base/../../escaped")]
    [InlineData("/tmp/recoveryos-escaped")]
    public async Task A_name_that_leads_out_is_refused(string name)
    {
        var tar = new TarSample().Entry(new PaxTarEntry(TarEntryType.RegularFile, name)
        {
            DataStream = new MemoryStream([1]),
        });

        var refusal = await Assert.ThrowsAsync<InvalidDataException>(
            () => RunAsync(tar.Packed(Packing.None), Packing.None, null));

        Assert.Contains("leads out of the folder", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(outer.FullName, "*", SearchOption.AllDirectories));
        Assert.False(File.Exists("/tmp/recoveryos-escaped"));
    }

    [Fact]
    public async Task Links_to_tablespaces_are_left_to_their_map_and_others_refused()
    {
        var links = new TarSample().Folder("pg_tblspc/").Entry(
            new UstarTarEntry(TarEntryType.SymbolicLink, "pg_tblspc/16384") { LinkName = "/somewhere/live" });
        var other = new TarSample().Entry(
            new UstarTarEntry(TarEntryType.SymbolicLink, "base") { LinkName = "/somewhere/live" });

        await RunAsync(links.Packed(Packing.None), Packing.None, null);
        var refusal = await Assert.ThrowsAsync<InvalidDataException>(
            () => RunAsync(other.Packed(Packing.None), Packing.None, null));

        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(Folder, "pg_tblspc")));
        Assert.Contains("SymbolicLink", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_no_text_is_left_out_and_told()
    {
        var sample = new TarSample().File("stray_#", 5).File("PG_VERSION", 3);
        var sums = await TarSample.SumsAsync(sample.Manifest().Replace(
            "\"Path\": \"stray_#\"", "\"Encoded-Path\": \"73747261795fe9\"", StringComparison.Ordinal));
        var tar = sample.Packed(Packing.None);
        // Latin-1's e with an acute; the header's checksum grows by as much as the byte.
        tar["stray_".Length] = 0xE9;
        WriteChecksum(tar);

        var leftOut = await RunAsync(tar, Packing.None, sums);

        Assert.Equal(["stray_\uFFFD"], leftOut);
        Assert.Equal(["PG_VERSION"], Directory.EnumerateFiles(Folder).Select(Path.GetFileName));
        sums.Finish();
    }

    [Theory]
    [InlineData("base/5/5", "has 3000000 bytes instead of 3000001", "\"Size\": 3000000", "\"Size\": 3000001")]
    [InlineData("base/5/5", "another SHA-256", "\"Checksum\": \"", "\"Checksum\": \"0000")]
    [InlineData("base/5/5", "is not in the manifest", "base/5/5", "base/5/6")]
    public async Task A_file_that_is_not_what_was_sent_ends_it(string name, string reason, string from, string to)
    {
        var sample = TarSample.Typical();
        var lines = sample.Manifest().Split('\n');
        var line = Array.FindIndex(lines, text => text.Contains($"\"{name}\"", StringComparison.Ordinal));
        lines[line] = Changed(lines[line], from, to);
        var sums = await TarSample.SumsAsync(string.Join('\n', lines));

        var refusal = await Assert.ThrowsAsync<BackupException>(
            () => RunAsync(sample.Packed(Packing.Zstd), Packing.Zstd, sums));

        Assert.Equal("backup_damaged", refusal.Code);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_did_not_come_is_missed()
    {
        var sums = await TarSample.SumsAsync(TarSample.Typical().File("base/5/6", 10).Manifest());

        await RunAsync(TarSample.Typical().Packed(Packing.None), Packing.None, sums);

        var missed = Assert.Throws<BackupException>(sums.Finish);
        Assert.Equal("backup_damaged", missed.Code);
        Assert.Contains("\"base/5/6\" is in the manifest and did not come", missed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{ \"Path\": \"a\", \"Size\": 1, \"Checksum-Algorithm\": \"CRC32C\", \"Checksum\": \"00\" }")]
    [InlineData("{ \"Path\": \"a\", \"Size\": \"much\" }")]
    public async Task A_manifest_that_says_too_little_is_refused(string manifest)
    {
        var refusal = await Assert.ThrowsAsync<BackupException>(() => TarSample.SumsAsync(manifest));

        Assert.Equal("manifest_unreadable", refusal.Code);
    }

    [Fact]
    public async Task A_file_that_is_there_already_is_not_written_over()
    {
        await File.WriteAllTextAsync(Path.Combine(Folder, "PG_VERSION"), "14", CancellationToken);

        await Assert.ThrowsAnyAsync<IOException>(
            () => RunAsync(TarSample.Typical().Packed(Packing.None), Packing.None, null));

        Assert.Equal("14", await File.ReadAllTextAsync(Path.Combine(Folder, "PG_VERSION"), CancellationToken));
    }

    [Fact]
    public async Task What_fails_its_source_fails_it_in_the_sources_words()
    {
        using var line = new TarLine(new FailingStream(0), Packing.None, Folder, null);

        var failure = await Assert.ThrowsAsync<TimeoutException>(() => line.RunAsync(CancellationToken));

        Assert.Equal("the source is gone", failure.Message);
    }

    private async Task<IReadOnlyList<string>> RunAsync(byte[] packed, Packing packing, UnpackedSums? sums)
    {
        using var line = new TarLine(new MemoryStream(packed), packing, Folder, sums);
        return await line.RunAsync(CancellationToken);
    }

    private static string Changed(string text, string from, string to)
    {
        var at = text.IndexOf(from, StringComparison.Ordinal);
        return to.Length > from.Length && from.EndsWith('"')
            ? $"{text[..at]}{to}{text[(at + to.Length)..]}"
            : text.Replace(from, to, StringComparison.Ordinal);
    }

    /// <summary>POSIX: the sum of the header's bytes, its own field taken as spaces.</summary>
    private static void WriteChecksum(byte[] header)
    {
        header.AsSpan(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var value in header.AsSpan(0, 512))
            sum += value;
        Encoding.ASCII.GetBytes($"{Convert.ToString(sum, 8).PadLeft(6, '0')}\0 ").CopyTo(header, 148);
    }
}
