using System.Collections.Concurrent;
using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests.Faults;

/// <summary>
/// Clients that check in without a break, each check-in under a key of its own and sent until it is answered.
/// </summary>
internal sealed class Load
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentDictionary<string, Guid> accepted = [];
    private readonly Clinic clinic;
    private readonly bool retries;
    private readonly List<Task> clients;
    private volatile bool stopping;
    private int keys;

    private Load(Clinic clinic, IReadOnlyList<Guid> members, int clients, bool retries)
    {
        (this.clinic, this.retries) = (clinic, retries);
        this.clients = [.. Enumerable.Range(0, clients).Select(i => RunAsync(members[i % members.Count]))];
    }

    /// <summary>Keys and the ids of their check-ins, of every 201 and 200.</summary>
    public IReadOnlyDictionary<string, Guid> Accepted => accepted;

    /// <param name="retries">Whether a client goes on after a failure, or ends there.</param>
    public static async Task<Load> StartAsync(Clinic clinic, bool retries)
    {
        List<Guid> members = [];
        for (var i = 0; i < 3; i++)
            members.Add(await clinic.EnrolAsync());
        return new(clinic, members, clients: 8, retries);
    }

    public Task AcceptMoreAsync(int count)
    {
        var target = accepted.Count + count;
        return Poll.UntilAsync(
            () => Task.FromResult(accepted.Count >= target), $"{count} more check-ins", TimeSpan.FromSeconds(30));
    }

    /// <summary>Lets each client finish what it is at.</summary>
    public Task StopAsync()
    {
        stopping = true;
        return EndAsync();
    }

    public Task EndAsync() =>
        Task.WhenAll(clients).WaitAsync(TimeSpan.FromSeconds(40), TestContext.Current.CancellationToken);

    private async Task RunAsync(Guid member)
    {
        while (!stopping)
        {
            if (!await CheckInAsync(member, $"key-{Interlocked.Increment(ref keys)}"))
                return;
        }
    }

    private async Task<bool> CheckInAsync(Guid member, string key)
    {
        do
        {
            if (await TrySendAsync(member, key) is { Status: 200 or 201 } answer)
            {
                accepted[key] = answer.Id;
                return true;
            }

            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
        while (retries);

        return false;
    }

    private async Task<Answer?> TrySendAsync(Guid member, string key)
    {
        try
        {
            var answer = await clinic.Clinician.PostAsync(
                Clinic.CheckIns, Sample.CheckIn(member), ("Idempotency-Key", key));
            Assert.True(answer.Status is 200 or 201 or 503, $"{answer.Status}: {answer.Text}");
            return answer;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
