using System.Text;
using Microsoft.Extensions.Time.Testing;
using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Tests.Backups.Stores;

public sealed class FolderStoreTests : BackupStoreTests, IDisposable
{
    private readonly StoreFolder folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_writer_that_is_killed_leaves_nothing_that_is_listed()
    {
        using var writer = StoreWriter.Start(folder.Path, "clinic/backups/1/base.tar");
        await writer.SendAsync(new byte[3 * 1024 * 1024]);
        await StoreWriter.WaitForAsync(() => Files().Any(file => file.Length > 0));

        writer.Kill();

        Assert.Single(Files());
        Assert.Empty(await ListAsync(folder.Store, ""));
        Assert.Null(await folder.Store.FindAsync("clinic/backups/1/base.tar", Cancellation));
        await folder.Store.PutAsync("clinic/backups/1/base.tar", new MemoryStream([1]), Cancellation);
        Assert.Equal([1], await ReadAsync(folder.Store, "clinic/backups/1/base.tar"));
    }

    [Fact]
    public async Task What_a_killed_writer_left_is_removed_when_it_is_a_day_old()
    {
        using var writer = StoreWriter.Start(folder.Path, "clinic/backups/1/base.tar");
        await writer.SendAsync(new byte[3 * 1024 * 1024]);
        await StoreWriter.WaitForAsync(() => Files().Any(file => file.Length > 0));
        writer.Kill();
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow + TimeSpan.FromHours(23));
        var store = new FolderStore(folder.Path, time);

        await store.PutAsync("a", new MemoryStream([1]), Cancellation);
        Assert.Equal(2, Files().Count());
        time.Advance(TimeSpan.FromHours(26));
        await store.PutAsync("b", new MemoryStream([1]), Cancellation);

        Assert.Equal(["a", "b"], Files().Select(file => file.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_full_disk_is_told_and_leaves_nothing()
    {
        using var writer = StoreWriter.StartOnSmallDisk(folder.Path, "big");

        var end = await writer.EndAsync(new byte[8 * 1024 * 1024]);

        Assert.Equal(
            "Full: No room is left in the store for big: free some, or give it a larger disk.\n0 files left", end);
    }

    [Fact]
    public async Task A_read_only_disk_is_a_refusal()
    {
        using var writer = StoreWriter.StartOnReadOnlyDisk(folder.Path, "big");

        Assert.StartsWith(
            "Refused: The disk is mounted read-only", await writer.EndAsync(new byte[10]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_who_may_not_write_is_refused()
    {
        using var writer = StoreWriter.StartAsNobody(folder.Path, "big");

        Assert.StartsWith(
            "Refused: The user that this runs as may not",
            await writer.EndAsync(new byte[10]),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_a_store_that_is_away_and_comes_back()
    {
        var store = new FolderStore(folder.FileOf("mount"), TimeProvider.System);

        await AssertFailsAsync(
            BackupStoreFailure.Unavailable, () => store.PutAsync("a", new MemoryStream([1]), Cancellation));
        await AssertFailsAsync(BackupStoreFailure.Unavailable, () => store.AppendAsync("a", new byte[1], Cancellation));
        await AssertFailsAsync(BackupStoreFailure.Unavailable, () => store.OpenAsync("a", Cancellation));
        await AssertFailsAsync(BackupStoreFailure.Unavailable, () => store.FindAsync("a", Cancellation));
        await AssertFailsAsync(BackupStoreFailure.Unavailable, () => store.DeleteAsync("a", Cancellation));
        await AssertFailsAsync(BackupStoreFailure.Unavailable, () => ListAsync(store, ""));

        Directory.CreateDirectory(folder.FileOf("mount"));
        await store.PutAsync("a", new MemoryStream([1]), Cancellation);
        Assert.Equal(["a"], await ListAsync(store, ""));
    }

    [Fact]
    public async Task Without_an_address_there_is_no_store()
    {
        var failure = await AssertFailsAsync(
            BackupStoreFailure.Unavailable,
            () => new FolderStore("", TimeProvider.System).FindAsync("a", Cancellation));

        Assert.Contains("Backups:Store:Url", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("i")]
    [InlineData("a")]
    public async Task A_file_with_a_keeping_flag_is_immutable(string flag)
    {
        await folder.Store.PutAsync("kept", new MemoryStream([1]), Cancellation);
        await StoreWriter.ChangeFlagAsync($"+{flag}", folder.FileOf("kept"));
        try
        {
            await AssertFailsAsync(BackupStoreFailure.Immutable, () => folder.Store.DeleteAsync("kept", Cancellation));
            await AssertFailsAsync(
                BackupStoreFailure.Immutable, () => folder.Store.AppendAsync("kept", new byte[1], Cancellation));
        }
        finally
        {
            await StoreWriter.ChangeFlagAsync($"-{flag}", folder.FileOf("kept"));
        }

        Assert.Equal([1], await ReadAsync(folder.Store, "kept"));
        await folder.Store.DeleteAsync("kept", Cancellation);
    }

    [Fact]
    public async Task Half_a_line_of_a_killed_writer_is_cut_before_the_next()
    {
        await File.WriteAllTextAsync(folder.FileOf("beats"), "one\ntwo\nthr", Cancellation);

        await folder.Store.AppendAsync("beats", "four\n"u8.ToArray(), Cancellation);

        Assert.Equal("one\ntwo\nfour\n", Encoding.UTF8.GetString(await ReadAsync(folder.Store, "beats")));
    }

    [Fact]
    public async Task An_object_can_be_read_while_another_holds_it_to_append()
    {
        await folder.Store.AppendAsync("beats", "one\n"u8.ToArray(), Cancellation);
        await using var appending = new FileStream(
            folder.FileOf("beats"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        Assert.Equal("one\n", Encoding.UTF8.GetString(await ReadAsync(folder.Store, "beats")));
    }

    [Fact]
    public async Task A_folder_is_no_object()
    {
        await folder.Store.PutAsync("clinic/wal/1", new MemoryStream([1]), Cancellation);

        await AssertFailsAsync(BackupStoreFailure.Missing, () => folder.Store.OpenAsync("clinic/wal", Cancellation));
    }

    [Fact]
    public async Task Only_its_owner_can_read_an_object()
    {
        await folder.Store.PutAsync("secret", new MemoryStream([1]), Cancellation);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.FileOf("secret")));
    }

    [Fact]
    public async Task Folders_that_became_empty_go_with_their_last_object()
    {
        await folder.Store.PutAsync("clinic/backups/1/base.tar", new MemoryStream([1]), Cancellation);
        await folder.Store.PutAsync("clinic/wal/1", new MemoryStream([1]), Cancellation);

        await folder.Store.DeleteAsync("clinic/backups/1/base.tar", Cancellation);

        Assert.Equal(["wal"], Directory.EnumerateFileSystemEntries(folder.FileOf("clinic")).Select(Path.GetFileName));
    }

    public void Dispose() => folder.Dispose();

    protected override Task<IBackupStore> CreateAsync() => Task.FromResult<IBackupStore>(folder.Store);

    private IEnumerable<FileInfo> Files() =>
        new DirectoryInfo(folder.Path).EnumerateFiles(
            "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None });
}
