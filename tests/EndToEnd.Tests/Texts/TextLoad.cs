using System.Globalization;
using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests.Texts;

/// <summary>
/// Members who text one check-in after the other. Each counts up, so that the rows tell what is missing, doubled or out
/// of order. A text is sent, under one MessageSid, until it is answered 200; only then comes the member's next.
/// </summary>
internal sealed class TextLoad
{
    private const int Members = 6;
    private const int Steps = 101;

    private readonly TimeSpan pause;
    private readonly int[] sent = new int[Members];
    private readonly IReadOnlyList<TextMember> members;
    private readonly List<Task> senders;
    private volatile bool stopping;
    private int accepted;
    private int refused;

    private TextLoad(IReadOnlyList<TextMember> members, TimeSpan pause)
    {
        (this.members, this.pause) = (members, pause);
        senders = [.. Enumerable.Range(0, Members).Select(RunAsync)];
    }

    /// <summary>Texts that were answered 200.</summary>
    public int Accepted => accepted;

    /// <summary>Tries that were not.</summary>
    public int Refused => refused;

    public IReadOnlyList<TextMember> Texters => members;

    /// <param name="place">Where to.</param>
    /// <param name="perSecond">How many texts a second, of all members together; 0: as many as there can be.</param>
    public static async Task<TextLoad> StartAsync(TextClinic place, double perSecond = 0)
    {
        List<TextMember> members = [];
        for (var i = 0; i < Members; i++)
            members.Add(await place.EnrolAsync());
        return new(members, perSecond > 0 ? TimeSpan.FromSeconds(Members / perSecond) : TimeSpan.Zero);
    }

    public Task AcceptMoreAsync(int count)
    {
        var target = accepted + count;
        return Poll.UntilAsync(
            () => Task.FromResult(Volatile.Read(ref accepted) >= target), $"{count} more texts",
            TimeSpan.FromSeconds(60));
    }

    /// <summary>
    /// Ends, waits until nothing waits in the spool, and fails unless each text is one check-in, in order.
    /// </summary>
    public async Task AssertKeptAsync(LocalService service)
    {
        stopping = true;
        await Task.WhenAll(senders).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await Poll.UntilAsync(
            () => Task.FromResult(Directory.GetFiles(service.SpoolFolder, "*.text").Length == 0),
            "the spool is empty",
            TimeSpan.FromSeconds(60));

        // The kills broke the connections of this test's own, too.
        members[0].Place.Clinic.Deployment.Database.Clear();
        Assert.Empty(Directory.GetFiles(Path.Combine(service.SpoolFolder, "rejected")));
        var counts = await Task.WhenAll(members.Select(CountUpAsync));
        Assert.Equal(accepted, counts.Sum());
        Assert.Equal(accepted, await members[0].Place.CountAsync("inbound_texts"));
    }

    private async Task<int> CountUpAsync(TextMember member, int index)
    {
        var rows = await member.Place.Clinic.QueryAsync<int>(
            $"SELECT adherence * {Steps} + cravings FROM check_ins WHERE member_id = $1 ORDER BY id", member.Id);
        Assert.Equal(Enumerable.Range(0, sent[index]), rows);
        return rows.Count;
    }

    private async Task RunAsync(int index)
    {
        using var pace = pause > TimeSpan.Zero ? new PeriodicTimer(pause) : null;
        while (!stopping)
        {
            if (pace is not null)
                await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            var body = string.Create(
                CultureInfo.InvariantCulture, $"{sent[index] / Steps} 2 {sent[index] % Steps} 7.5 20");
            await SendUntilTakenAsync(TwilioSender.Fields(members[index].Number, body));
            sent[index]++;
            Interlocked.Increment(ref accepted);
        }
    }

    private async Task SendUntilTakenAsync(List<(string Name, string Value)> fields)
    {
        while (!await TrySendAsync(fields))
        {
            Interlocked.Increment(ref refused);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
        }
    }

    private async Task<bool> TrySendAsync(List<(string Name, string Value)> fields)
    {
        try
        {
            var answer = await members[0].Place.Sender.PostAsync(fields);
            Assert.True(answer.Status is 200 or 503, $"{answer.Status}: {answer.Text}");
            return answer.Status == 200;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
