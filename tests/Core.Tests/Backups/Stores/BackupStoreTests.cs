using System.Security.Cryptography;
using System.Text;
using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Tests.Backups.Stores;

/// <summary>What every store does.</summary>
public abstract class BackupStoreTests
{
    private const int Block = 4 * 1024 * 1024;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_put_is_found_listed_and_read_again()
    {
        var store = await CreateAsync();
        foreach (var size in new[] { 0, 1, Block - 1, Block, Block + 1, (5 * Block) + 17 })
        {
            var content = RandomNumberGenerator.GetBytes(size);
            var name = $"clinic/size-{size:D9}";

            var put = await store.PutAsync(name, new MemoryStream(content), Cancellation);

            Assert.Equal((name, size), (put.Name, put.Length));
            Assert.Equal(put, await store.FindAsync(name, Cancellation));
            Assert.Equal(content, await ReadAsync(store, name));
        }

        Assert.Equal(6, (await ListAsync(store, "clinic/size-")).Count);
    }

    [Fact]
    public async Task A_name_that_is_taken_stays_as_it_is()
    {
        var store = await CreateAsync();
        foreach (var size in new[] { 5, (2 * Block) + 5 })
        {
            var name = $"wal/{size}";
            var first = RandomNumberGenerator.GetBytes(size);
            await store.PutAsync(name, new MemoryStream(first), Cancellation);

            await AssertFailsAsync(
                BackupStoreFailure.Exists, () => store.PutAsync(name, new MemoryStream(new byte[size]), Cancellation));

            Assert.Equal(first, await ReadAsync(store, name));
        }
    }

    [Fact]
    public async Task Of_many_who_race_for_a_name_one_gets_it()
    {
        var store = await CreateAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(1, 8).Select(number => Task.Run(async () =>
        {
            try
            {
                await store.PutAsync(
                    "race", new MemoryStream(Enumerable.Repeat((byte)number, Block + number).ToArray()), Cancellation);
                return number;
            }
            catch (BackupStoreException exception) when (exception.Failure is BackupStoreFailure.Exists)
            {
                return 0;
            }
        })));

        var winner = Assert.Single(outcomes, number => number > 0);
        var content = await ReadAsync(store, "race");
        Assert.Equal(Block + winner, content.Length);
        Assert.All(content, letter => Assert.Equal((byte)winner, letter));
    }

    [Theory]
    [InlineData(10)]
    [InlineData((3 * Block) + 10)]
    public async Task A_source_that_fails_leaves_nothing(int size)
    {
        var store = await CreateAsync();

        await Assert.ThrowsAsync<TimeoutException>(() => store.PutAsync("half", new FailingStream(size), Cancellation));

        Assert.Empty(await ListAsync(store, ""));
        Assert.Null(await store.FindAsync("half", Cancellation));
        await AssertFailsAsync(BackupStoreFailure.Missing, () => ReadAsync(store, "half"));
    }

    [Fact]
    public async Task A_put_that_is_cancelled_leaves_nothing()
    {
        var store = await CreateAsync();
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => store.PutAsync("half", new CancellingStream(3 * Block, stop), stop.Token));

        Assert.Empty(await ListAsync(store, ""));
    }

    [Fact]
    public async Task A_list_is_in_ordinal_order_and_a_prefix_may_end_within_a_name()
    {
        var store = await CreateAsync();
        string[] names =
        [
            "b/2",
            "a/wal/00000001.gz",
            "a/wal/00000001.gz.partial-1",
            "a/wal/0000000A",
            "a/waltz",
            "a.b",
            "a/B",
            "é/ü 1",
        ];
        foreach (var name in names)
            await store.PutAsync(name, new MemoryStream([1]), Cancellation);

        Assert.Equal(names.Order(StringComparer.Ordinal), await ListAsync(store, ""));
        Assert.Equal(
            names.Where(name => name.StartsWith("a/wal", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            await ListAsync(store, "a/wal"));
        Assert.Empty(await ListAsync(store, "nowhere/"));
    }

    [Fact]
    public async Task What_is_deleted_is_gone_and_what_is_not_there_is_no_error()
    {
        var store = await CreateAsync();
        await store.PutAsync("a/b/c", new MemoryStream([1]), Cancellation);

        await store.DeleteAsync("a/b/c", Cancellation);
        await store.DeleteAsync("a/b/c", Cancellation);

        Assert.Empty(await ListAsync(store, ""));
        await store.PutAsync("a/b/c", new MemoryStream([2]), Cancellation);
        Assert.Equal([2], await ReadAsync(store, "a/b/c"));
    }

    [Fact]
    public async Task Lines_that_two_append_are_all_there_and_whole()
    {
        var store = await CreateAsync();

        await Task.WhenAll(Enumerable.Range(0, 2).Select(writer => Task.Run(async () =>
        {
            for (var number = 0; number < 25; number++)
                await store.AppendAsync("beats", Encoding.UTF8.GetBytes($"{writer}-{number}\n"), Cancellation);
        })));

        var lines = Encoding.UTF8.GetString(await ReadAsync(store, "beats")).TrimEnd('\n').Split('\n');
        for (var writer = 0; writer < 2; writer++)
        {
            Assert.Equal(
                Enumerable.Range(0, 25).Select(number => $"{writer}-{number}"),
                lines.Where(line => line.StartsWith($"{writer}-", StringComparison.Ordinal)));
        }

        Assert.Equal(50, lines.Length);
    }

    [Fact]
    public async Task A_reader_keeps_nobody_from_appending()
    {
        var store = await CreateAsync();
        await store.AppendAsync("beats", "one\n"u8.ToArray(), Cancellation);
        await using var reading = await store.OpenAsync("beats", Cancellation);

        await store.AppendAsync("beats", "two\n"u8.ToArray(), Cancellation);

        Assert.Equal("one\ntwo\n", Encoding.UTF8.GetString(await ReadAsync(store, "beats")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("../up")]
    [InlineData("a/../b")]
    [InlineData("a/./b")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("a\\b")]
    [InlineData("a\nb")]
    [InlineData(".hidden")]
    public async Task A_name_that_could_leave_the_store_is_refused(string name)
    {
        var store = await CreateAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => store.PutAsync(name, new MemoryStream([1]), Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => store.AppendAsync(name, new byte[1], Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => store.OpenAsync(name, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => store.FindAsync(name, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => store.DeleteAsync(name, Cancellation));
    }

    /// <summary>A new, empty store.</summary>
    protected abstract Task<IBackupStore> CreateAsync();

    protected static async Task<byte[]> ReadAsync(IBackupStore store, string name)
    {
        await using var stream = await store.OpenAsync(name, Cancellation);
        using var content = new MemoryStream();
        await stream.CopyToAsync(content, Cancellation);
        return content.ToArray();
    }

    protected static async Task<IReadOnlyList<string>> ListAsync(IBackupStore store, string prefix)
    {
        List<string> names = [];
        await foreach (var found in store.ListAsync(prefix, Cancellation))
            names.Add(found.Name);
        return names;
    }

    protected static async Task<BackupStoreException> AssertFailsAsync(BackupStoreFailure failure, Func<Task> work)
    {
        var exception = await Assert.ThrowsAsync<BackupStoreException>(work);
        Assert.True(failure == exception.Failure, $"{exception.Failure}: {exception.Message}");
        return exception;
    }
}
