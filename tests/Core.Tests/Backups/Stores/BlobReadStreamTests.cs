using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Backups.Stores;

public sealed class BlobReadStreamTests(AzuriteFixture azurite)
{
    private const int Range = BlobReadStream.RangeBytes;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Range - 1)]
    [InlineData(Range)]
    [InlineData(Range + 1)]
    [InlineData((6 * Range) + 7)]
    public async Task A_blob_of_any_size_is_read_as_it_was_written(int size)
    {
        var store = await CreateAsync(new AnsweringHandler());
        var bytes = Bytes(size);
        await store.PutAsync("a", new MemoryStream(bytes), Stop);

        Assert.Equal(bytes, await ReadAsync(await store.OpenAsync("a", Stop)));
    }

    [Fact]
    public async Task Ranges_are_on_their_way_at_once()
    {
        var (asked, together) = (0, new TaskCompletionSource());
        var store = await CreateAsync(new AnsweringHandler(before: async request =>
        {
            // The first one comes alone: only it says how long the blob is.
            if (request.Method != HttpMethod.Get || Interlocked.Increment(ref asked) == 1)
                return;
            if (asked >= 4)
                together.TrySetResult();
            await together.Task.WaitAsync(Patience, Stop);
        }));
        var bytes = Bytes(4 * Range);
        await store.PutAsync("a", new MemoryStream(bytes), Stop);

        Assert.Equal(bytes, await ReadAsync(await store.OpenAsync("a", Stop)));
        Assert.Equal(4, asked);
    }

    [Fact]
    public async Task Who_reads_the_start_only_is_sent_no_more()
    {
        var asked = 0;
        var store = await CreateAsync(new AnsweringHandler(before: request =>
        {
            if (request.Method == HttpMethod.Get)
                asked++;
            return Task.CompletedTask;
        }));
        await store.PutAsync("a", new MemoryStream(Bytes(3 * Range)), Stop);

        await using (var content = await store.OpenAsync("a", Stop))
            await content.ReadExactlyAsync(new byte[1000], Stop);

        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task One_that_is_written_anew_meanwhile_is_no_mixture()
    {
        var store = await CreateAsync(new AnsweringHandler());
        await store.PutAsync("a", new MemoryStream(Bytes(3 * Range)), Stop);
        await using var content = await store.OpenAsync("a", Stop);
        await content.ReadExactlyAsync(new byte[10], Stop);
        await store.DeleteAsync("a", Stop);
        await store.PutAsync("a", new MemoryStream(new byte[3 * Range]), Stop);

        var failure = await Assert.ThrowsAsync<BackupStoreException>(() => content.CopyToAsync(Stream.Null, Stop));

        Assert.Equal(BackupStoreFailure.Damaged, failure.Failure);
        Assert.Contains("replaced", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_that_are_added_meanwhile_do_not_end_the_reading()
    {
        var store = await CreateAsync(new AnsweringHandler());
        var bytes = Bytes(2 * (Range - 5));
        await store.AppendAsync("a", bytes.AsMemory(0, Range - 5), Stop);
        await store.AppendAsync("a", bytes.AsMemory(Range - 5), Stop);
        var content = await store.OpenAsync("a", Stop);
        await store.AppendAsync("a", new byte[100], Stop);

        Assert.Equal(bytes, await ReadAsync(content));
    }

    private Task<AzureBlobStore> CreateAsync(AnsweringHandler handler) => BlobStores.CreateAsync(azurite, handler);

    private static async Task<byte[]> ReadAsync(Stream content)
    {
        await using (content)
        {
            using var read = new MemoryStream();
            await content.CopyToAsync(read, Stop);
            return read.ToArray();
        }
    }

    private static byte[] Bytes(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }
}
