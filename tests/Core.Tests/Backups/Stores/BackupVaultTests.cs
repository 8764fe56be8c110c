using System.Security.Cryptography;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Backups.Stores;

public sealed class BackupVaultTests : IDisposable
{
    private const int Frame = (256 * 1024) - 16;
    private const string Name = "clinic/backups/1/base.tar";

    private readonly StoreFolder folder = new();

    public static TheoryData<int, bool> Sizes
    {
        get
        {
            TheoryData<int, bool> data = [];
            int[] sizes =
            [
                0, 1, 7, 8, 45, 46, 47,
                Frame - 1, Frame, Frame + 1, Frame + 16, (2 * Frame) - 1, 2 * Frame, (9 * Frame) + 5,
            ];
            foreach (var size in sizes)
            {
                data.Add(size, true);
                data.Add(size, false);
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Sizes))]
    public async Task What_is_written_is_read_again(int size, bool sealing)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var content = RandomNumberGenerator.GetBytes(size);
        var vault = Vault(sealing);

        var written = await vault.WriteAsync(Name, new MemoryStream(content), null, cancellationToken);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), written.Sha256);
        Assert.Equal(size, written.Length);
        Assert.Equal(new FileInfo(folder.FileOf(Name)).Length, written.StoredLength);
        Assert.Equal(sealing ? BackupSettings.KeyId : null, written.KeyId);
        Assert.Equal(content, await ReadAsync(await vault.OpenAsync(written, cancellationToken)));
        Assert.Equal(content, await ReadAsync(await vault.OpenAsync(Name, cancellationToken)));
    }

    [Fact]
    public async Task A_sealed_object_shows_nothing_of_its_content_and_never_looks_the_same_twice()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var vault = Vault(sealing: true);
        var content = new byte[3 * Frame];

        await vault.WriteAsync("a", content, cancellationToken);
        await vault.WriteAsync("b", content, cancellationToken);

        var first = await File.ReadAllBytesAsync(folder.FileOf("a"), cancellationToken);
        var second = await File.ReadAllBytesAsync(folder.FileOf("b"), cancellationToken);
        Assert.Equal(-1, first.AsSpan().IndexOf(new byte[16]));
        Assert.NotEqual(first[64..], second[64..]);
    }

    [Fact]
    public async Task Every_one_of_a_thousand_damages_is_refused()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var vault = Vault(sealing: true);
        var written = await vault.WriteAsync(
            Name, RandomNumberGenerator.GetBytes((3 * Frame) + 1000), cancellationToken);
        var whole = await File.ReadAllBytesAsync(folder.FileOf(Name), cancellationToken);
        var seed = LongRun.Seed;
        var random = new Random(seed);

        for (var number = 0; number < 1000; number++)
        {
            var damage = SealedDamage.Choose(random, whole);
            await File.WriteAllBytesAsync(folder.FileOf(Name), damage.Bytes, cancellationToken);

            var failure = await Assert.ThrowsAsync<BackupStoreException>(
                async () => await ReadAsync(await vault.OpenAsync(written, cancellationToken)));
            Assert.True(
                failure.Failure is BackupStoreFailure.Damaged,
                $"seed {seed}, number {number}, {damage.What}: {failure.Message}");
            var unlisted = await Assert.ThrowsAsync<BackupStoreException>(
                async () => await ReadAsync(await vault.OpenAsync(Name, cancellationToken)));
            Assert.True(
                unlisted.Failure is BackupStoreFailure.Damaged or BackupStoreFailure.KeyMissing, unlisted.Message);
        }
    }

    [Fact]
    public async Task A_sealed_object_in_another_ones_place_is_refused()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var vault = Vault(sealing: true);
        await vault.WriteAsync("wal/1", new byte[100], cancellationToken);
        await vault.WriteAsync("wal/2", new byte[100], cancellationToken);

        File.Copy(folder.FileOf("wal/1"), folder.FileOf("wal/2"), overwrite: true);

        await AssertFailsAsync(BackupStoreFailure.Damaged, async () =>
            await ReadAsync(await vault.OpenAsync("wal/2", cancellationToken)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task A_plain_object_is_refused_while_a_key_is_active_unless_the_caller_knows_better(int length)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var content = RandomNumberGenerator.GetBytes(length);
        await Vault(sealing: false).WriteAsync(Name, content, cancellationToken);
        var vault = Vault(sealing: true);

        var refused = await AssertFailsAsync(
            BackupStoreFailure.Damaged, () => vault.OpenAsync(Name, cancellationToken));

        Assert.Contains("not sealed", refused.Message, StringComparison.Ordinal);
        Assert.Equal(content, await ReadAsync(await vault.OpenAsync(Name, mayBePlain: true, cancellationToken)));
        Assert.Equal(content, await ReadAsync(await Vault(sealing: false).OpenAsync(Name, cancellationToken)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Frame)]
    [InlineData((3 * Frame) + 9)]
    public async Task A_changed_or_cut_plain_object_is_refused_at_its_end(int length)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var vault = Vault(sealing: false);
        var written = await vault.WriteAsync(Name, new byte[length + 1], cancellationToken);
        var whole = await File.ReadAllBytesAsync(folder.FileOf(Name), cancellationToken);

        foreach (var damaged in new byte[][] { whole[..length], [.. whole, 0], [.. whole[..length], 1] })
        {
            await File.WriteAllBytesAsync(folder.FileOf(Name), damaged, cancellationToken);
            await AssertFailsAsync(BackupStoreFailure.Damaged, async () =>
                await ReadAsync(await vault.OpenAsync(written, cancellationToken)));
        }
    }

    [Fact]
    public async Task A_key_that_is_not_configured_is_named()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var written = await Vault(sealing: true).WriteAsync(Name, new byte[5], cancellationToken);
        var other = new BackupVault(
            folder.Store, Microsoft.Extensions.Options.Options.Create(new Core.Backups.BackupOptions()));

        Assert.Contains(BackupSettings.KeyId, (await AssertFailsAsync(
            BackupStoreFailure.KeyMissing,
            () => other.OpenAsync(written, cancellationToken))).Message, StringComparison.Ordinal);
        await AssertFailsAsync(BackupStoreFailure.KeyMissing, () => other.OpenAsync(Name, cancellationToken));
    }

    [Fact]
    public async Task A_source_that_fails_leaves_no_object()
    {
        var cancellationToken = TestContext.Current.CancellationToken;

        await Assert.ThrowsAsync<TimeoutException>(() => Vault(sealing: true).WriteAsync(
            Name, new FailingStream(3 * Frame), null, cancellationToken));

        Assert.Empty(Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Three_hundred_megabytes_pass_in_little_memory()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        const long Size = 300L * 1024 * 1024;
        var vault = Vault(sealing: true);
        await vault.WriteAsync("warm", new byte[Frame], cancellationToken);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var peak = before;
        var progress = new PeakMemory(() => peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: false)));

        var written = await vault.WriteAsync(Name, new CountingStream(Size), progress, cancellationToken);
        await using (var content = await vault.OpenAsync(written, cancellationToken))
        {
            var buffer = new byte[Frame];
            long total = 0;
            while (await content.ReadAsync(buffer, cancellationToken) is > 0 and var length)
            {
                total += length;
                progress.Report(total);
            }

            Assert.Equal(Size, total);
        }

        Assert.InRange(peak - before, 0, 64L * 1024 * 1024);
    }

    public void Dispose() => folder.Dispose();

    private BackupVault Vault(bool sealing) => new(folder.Store, BackupSettings.Create(sealing));

    private static async Task<byte[]> ReadAsync(Stream stream)
    {
        await using (stream)
        {
            using var content = new MemoryStream();
            await stream.CopyToAsync(content, TestContext.Current.CancellationToken);
            return content.ToArray();
        }
    }

    private static async Task<BackupStoreException> AssertFailsAsync(BackupStoreFailure failure, Func<Task> work)
    {
        var exception = await Assert.ThrowsAsync<BackupStoreException>(work);
        Assert.Equal(failure, exception.Failure);
        return exception;
    }

    private sealed class PeakMemory(Action look) : IProgress<long>
    {
        public void Report(long value) => look();
    }
}
