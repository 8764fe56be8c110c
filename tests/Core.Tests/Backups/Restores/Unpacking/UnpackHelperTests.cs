using RecoveryOS.Core.Backups.Restores.Unpacking;
using RecoveryOS.Core.Tests.Backups.Stores;

namespace RecoveryOS.Core.Tests.Backups.Restores.Unpacking;

/// <summary>Unpacking in a real process.</summary>
public sealed class UnpackHelperTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("recoveryos-helper-");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task It_unpacks_what_it_is_fed()
    {
        var sample = TarSample.Typical();

        await UnpackAsync(["dotnet", StoreWriter.Program], sample.Packed(Packing.Zstd));

        foreach (var (name, bytes) in sample.Files)
            Assert.Equal(bytes, await File.ReadAllBytesAsync(Path.Combine(folder.FullName, name), CancellationToken));
    }

    [Fact]
    public async Task What_it_refuses_is_refused_in_its_words()
    {
        var whole = TarSample.Typical().Packed(Packing.Zstd);

        var refusal = await Assert.ThrowsAsync<InvalidDataException>(
            () => UnpackAsync(["dotnet", StoreWriter.Program], whole[..^20_000]));

        Assert.NotEmpty(refusal.Message);
    }

    [Fact]
    public async Task A_disk_that_is_full_there_is_full_here()
    {
        const string OnSmallDisk = """mount -t tmpfs -o size=1m tmpfs "$3" && exec dotnet "$0" "$@" """;

        var failure = await Assert.ThrowsAsync<IOException>(() => UnpackAsync(
            ["unshare", "--mount", "--map-root-user", "sh", "-c", OnSmallDisk, StoreWriter.Program],
            TarSample.Typical().Packed(Packing.Zstd)));

        // ENOSPC
        Assert.Equal(28, failure.HResult & 0xFFFF);
    }

    [Fact]
    public async Task One_that_dies_is_no_success() => await Assert.ThrowsAsync<IOException>(
        () => UnpackAsync(["sh", "-c", "kill -9 $$"], TarSample.Typical().Packed(Packing.Zstd)));

    [Fact]
    public async Task One_that_takes_nothing_is_no_success() => await Assert.ThrowsAsync<IOException>(
        () => UnpackAsync(["sh", "-c", "exec <&-; exit 0"], TarSample.Typical().Packed(Packing.Zstd)));

    private async Task UnpackAsync(IReadOnlyList<string> program, byte[] packed)
    {
        using var content = new MemoryStream(packed);
        Assert.Empty(await new UnpackHelper(program).UnpackAsync(
            content, Packing.Zstd, folder.FullName, CancellationToken));
    }
}
