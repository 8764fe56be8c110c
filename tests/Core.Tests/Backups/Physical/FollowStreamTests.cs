using RecoveryOS.Core.Backups.Physical;

namespace RecoveryOS.Core.Tests.Backups.Physical;

public sealed class FollowStreamTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();
    private readonly TaskCompletionSource ended = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => File.Delete(path);

    [Fact]
    public async Task What_is_written_meanwhile_is_read_to_the_end()
    {
        await using var follow = Follow();
        using var read = new MemoryStream();
        var reading = follow.CopyToAsync(read, Stop);
        await using (var writer = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite))
        {
            for (byte part = 0; part < 50; part++)
            {
                await writer.WriteAsync(new byte[] { part }, Stop);
                await writer.FlushAsync(Stop);
                Assert.False(reading.IsCompleted);
            }
        }

        ended.SetResult();
        await reading;

        Assert.Equal(Enumerable.Range(0, 50).Select(part => (byte)part), read.ToArray());
    }

    [Fact]
    public async Task A_program_that_fails_fails_its_reader()
    {
        await using var follow = Follow();
        var reading = follow.CopyToAsync(Stream.Null, Stop);
        ended.SetException(new InvalidOperationException("the program failed"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => reading);
    }

    private FollowStream Follow() => new(
        new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0), ended.Task);
}
