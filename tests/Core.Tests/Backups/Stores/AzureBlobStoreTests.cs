using System.Net;
using System.Text;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Backups.Stores;

public sealed class AzureBlobStoreTests(AzuriteFixture azurite) : BackupStoreTests
{
    private const int Large = (2 * 4 * 1024 * 1024) + 3;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_wrong_key_is_refused()
    {
        var container = await azurite.ContainerAsync(Cancellation);
        var wrong = Convert.ToBase64String(new byte[64]);
        var store = new AzureBlobStore(new BackupStoreOptions
        {
            Url = container.Url,
            ConnectionString = AzuriteFixture.ConnectionString(
                new Uri(container.Url).GetLeftPart(UriPartial.Authority), wrong),
        });

        await AssertFailsAsync(
            BackupStoreFailure.Refused, () => store.PutAsync("a", new MemoryStream([1]), Cancellation));
        await AssertFailsAsync(BackupStoreFailure.Refused, () => store.AppendAsync("a", new byte[1], Cancellation));
        await AssertFailsAsync(BackupStoreFailure.Refused, () => store.OpenAsync("a", Cancellation));
        await AssertFailsAsync(BackupStoreFailure.Refused, () => store.FindAsync("a", Cancellation));
        await AssertFailsAsync(BackupStoreFailure.Refused, () => store.DeleteAsync("a", Cancellation));
        await AssertFailsAsync(BackupStoreFailure.Refused, () => ListAsync(store, ""));
    }

    [Fact]
    public async Task A_container_that_is_not_there_is_a_store_that_is_away()
    {
        var container = await azurite.ContainerAsync(Cancellation);
        var store = new AzureBlobStore(
            new BackupStoreOptions { Url = container.Url, ConnectionString = container.ConnectionString });

        foreach (var work in new Func<Task>[]
        {
            () => store.PutAsync("a", new MemoryStream([1]), Cancellation),
            () => store.PutAsync("a", new CountingStream(Large), Cancellation),
            () => store.AppendAsync("a", new byte[1], Cancellation),
            () => store.OpenAsync("a", Cancellation),
            () => store.FindAsync("a", Cancellation),
            () => store.DeleteAsync("a", Cancellation),
            () => ListAsync(store, ""),
        })
        {
            var failure = await AssertFailsAsync(BackupStoreFailure.Unavailable, work);
            Assert.Contains("container", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_store_that_nobody_listens_at_is_away()
    {
        var store = await CreateAsync(
            new AnsweringHandler((_, _) => throw new HttpRequestException("Connection refused")));

        await AssertFailsAsync(
            BackupStoreFailure.Unavailable, () => store.PutAsync("a", new MemoryStream([1]), Cancellation));
        await AssertFailsAsync(BackupStoreFailure.Unavailable, () => ListAsync(store, ""));
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_given_up()
    {
        var store = await CreateAsync(new AnsweringHandler(async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return null;
        }), TimeSpan.FromMilliseconds(100));

        await AssertFailsAsync(BackupStoreFailure.Unavailable, () => store.FindAsync("a", Cancellation));
    }

    [Fact]
    public async Task Throttling_that_passes_is_waited_out_and_that_stays_is_told()
    {
        var refusals = 2;
        var store = await CreateAsync(new AnsweringHandler((_, _) =>
            Task.FromResult(
                Interlocked.Decrement(ref refusals) >= 0
                    ? Answer(HttpStatusCode.ServiceUnavailable, "ServerBusy")
                    : null)));

        await store.PutAsync("a", new MemoryStream([1]), Cancellation);
        refusals = int.MaxValue;

        await AssertFailsAsync(BackupStoreFailure.Unavailable, () => store.FindAsync("a", Cancellation));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(Large)]
    public async Task A_commit_whose_answer_is_lost_is_known_again(int size)
    {
        var isLost = false;
        var handler = new AnsweringHandler(after: (request, answer) =>
        {
            var isCommit = request.Method == HttpMethod.Put
                && !request.RequestUri!.Query.Contains("comp=block&", StringComparison.Ordinal);
            return isCommit
                && !Interlocked.Exchange(ref isLost, true)
                ? throw new HttpRequestException("reset")
                : answer;
        });
        var store = await CreateAsync(handler);

        var put = await store.PutAsync("a", new CountingStream(size), Cancellation);

        Assert.True(isLost);
        Assert.Equal(size, put.Length);
        await AssertFailsAsync(
            BackupStoreFailure.Exists, () => store.PutAsync("a", new CountingStream(size), Cancellation));
    }

    [Fact]
    public async Task A_line_whose_answer_is_lost_is_there_once()
    {
        var isLost = false;
        var store = await CreateAsync(new AnsweringHandler(after: (request, answer) =>
            $"{request.RequestUri}".Contains("comp=appendblock", StringComparison.Ordinal)
                && !Interlocked.Exchange(ref isLost, true)
                ? throw new HttpRequestException("reset")
                : answer));

        await store.AppendAsync("beats", "one\n"u8.ToArray(), Cancellation);
        await store.AppendAsync("beats", "two\n"u8.ToArray(), Cancellation);

        Assert.True(isLost);
        Assert.Equal("one\ntwo\n", Encoding.UTF8.GetString(await ReadAsync(store, "beats")));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(Large)]
    public async Task What_is_damaged_on_its_way_is_sent_again_or_refused(int size)
    {
        var damages = 1;
        var store = await CreateAsync(new AnsweringHandler(before: async request =>
        {
            if (request.Content is { Headers.ContentLength: > 500 } content && Interlocked.Decrement(ref damages) >= 0)
            {
                var body = await content.ReadAsByteArrayAsync(Cancellation);
                body[100] ^= 1;
                var changed = new ByteArrayContent(body);
                foreach (var (name, values) in content.Headers)
                    changed.Headers.TryAddWithoutValidation(name, values);
                request.Content = changed;
            }
        }));

        await store.PutAsync("mended", new CountingStream(size), Cancellation);
        damages = int.MaxValue;
        await AssertFailsAsync(
            BackupStoreFailure.Unavailable, () => store.PutAsync("damaged", new CountingStream(size), Cancellation));

        damages = 0;
        Assert.Equal(size, (await ReadAsync(store, "mended")).Length);
        Assert.Equal(["mended"], await ListAsync(store, ""));
    }

    [Theory]
    [InlineData("BlobImmutableDueToPolicy")]
    [InlineData("BlobImmutableDueToLegalHold")]
    public async Task What_a_policy_keeps_is_immutable(string code)
    {
        var store = await CreateAsync(new AnsweringHandler((request, _) =>
            Task.FromResult(request.Method == HttpMethod.Delete ? Answer(HttpStatusCode.Conflict, code) : null)));
        await store.PutAsync("kept", new MemoryStream([1]), Cancellation);

        await AssertFailsAsync(BackupStoreFailure.Immutable, () => store.DeleteAsync("kept", Cancellation));

        Assert.Equal([1], await ReadAsync(store, "kept"));
    }

    [Fact]
    public void An_address_is_told_without_its_signature()
    {
        var store = new AzureBlobStore(
            new BackupStoreOptions { Url = "https://clinic.blob.core.windows.net/backups?sv=2024&sig=secret" });

        Assert.Equal("https://clinic.blob.core.windows.net/backups", store.Description);
    }

    protected override async Task<IBackupStore> CreateAsync() => await CreateAsync(new AnsweringHandler());

    private Task<AzureBlobStore> CreateAsync(AnsweringHandler handler, TimeSpan? limit = null) =>
        BlobStores.CreateAsync(azurite, handler, limit);

    private static HttpResponseMessage Answer(HttpStatusCode status, string code)
    {
        var body =
            $"<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>As told.</Message></Error>";
        var answer = new HttpResponseMessage(status)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/xml"),
        };
        answer.Headers.Add("x-ms-error-code", code);
        return answer;
    }
}
