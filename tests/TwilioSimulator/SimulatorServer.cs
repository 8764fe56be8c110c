using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace RecoveryOS.Simulators;

/// <summary>What both simulators share: a server, faults, what was taken, and the routes below /simulator.</summary>
public abstract class SimulatorServer : IAsyncDisposable
{
    private readonly SimulatorHost host;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<TakenText>> byNumber = new();
    private readonly ConcurrentDictionary<string, TakenText> bySid = new();
    private int requests;

    private protected SimulatorServer(Faults? faults, int? seed)
    {
        Faults = faults ?? new();
        Dice = new(seed);
        host = new(HandleAsync);
    }

    public Uri Address => host.Address;

    public Faults Faults { get; set; }

    /// <summary>How many texts were handed over, taken or not.</summary>
    public int Requests => requests;

    public int Count => bySid.Count;

    /// <summary>What was taken, oldest first.</summary>
    public IReadOnlyList<TakenText> Messages => [.. bySid.Values.OrderBy(text => text.CreatedAt)];

    private protected Dice Dice { get; }

    public Task StartAsync(int port, CancellationToken cancellationToken) => host.StartAsync(port, cancellationToken);

    /// <summary>Nobody listens any more; what was taken is remembered.</summary>
    public Task StopAsync() => host.StopAsync();

    /// <summary>Listens again, at the same address.</summary>
    public Task RestartAsync(CancellationToken cancellationToken) => host.StartAsync(Address.Port, cancellationToken);

    public void Clear()
    {
        bySid.Clear();
        byNumber.Clear();
        requests = 0;
    }

    public virtual async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Answers whatever is not below /simulator.</summary>
    private protected abstract Task AnswerAsync(HttpContext context);

    private protected void Keep(TakenText text)
    {
        bySid[text.Sid] = text;
        byNumber.GetOrAdd(text.To, static _ => new()).Enqueue(text);
    }

    private protected TakenText? BySid(string sid) => bySid.GetValueOrDefault(sid);

    private protected IEnumerable<TakenText> To(string number) =>
        byNumber.TryGetValue(number, out var texts) ? texts : [];

    /// <summary>Hands a text over, through whatever is wrong today.</summary>
    /// <param name="take">Takes the text, and gives what writes the answer.</param>
    /// <param name="refuse">Writes an answer that takes nothing: a status, and whether it asks for patience.</param>
    private protected async Task TakeAsync(HttpContext context, Func<Func<Task>> take, Func<int, Task> refuse)
    {
        Interlocked.Increment(ref requests);
        var faults = Faults;
        if (Dice.Falls(faults.Slow))
        {
            await Task.Delay(faults.SlowMilliseconds, context.RequestAborted);
        }

        if (Dice.Falls(faults.LostRequests))
        {
            context.Abort();
        }
        else if (Dice.Falls(faults.TooMany))
        {
            if (faults.RetryAfterSeconds is { } seconds)
            {
                context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            }

            await refuse(StatusCodes.Status429TooManyRequests);
        }
        else if (Dice.Falls(faults.ErrorsBeforeTaking))
        {
            await refuse(StatusCodes.Status503ServiceUnavailable);
        }
        else
        {
            var answer = take();
            if (Dice.Falls(faults.LostAnswers))
            {
                context.Abort();
            }
            else if (Dice.Falls(faults.ErrorsAfterTaking))
            {
                await refuse(StatusCodes.Status500InternalServerError);
            }
            else
            {
                await answer();
            }
        }
    }

    private Task HandleAsync(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/simulator", out var rest)
            ? AdministerAsync(context, rest)
            : AnswerAsync(context);

    private async Task AdministerAsync(HttpContext context, PathString path)
    {
        var cancellationToken = context.RequestAborted;
        context.Response.ContentType = "application/json";
        switch (context.Request.Method, path.Value)
        {
            case ("GET", "/messages"):
                await JsonSerializer.SerializeAsync(
                    context.Response.Body, Messages, SimulatorJson.Default.IReadOnlyListTakenText, cancellationToken);
                break;
            case ("DELETE", "/messages"):
                Clear();
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
            case ("GET", "/faults"):
                await JsonSerializer.SerializeAsync(
                    context.Response.Body, Faults, SimulatorJson.Default.Faults, cancellationToken);
                break;
            case ("PUT", "/faults"):
                await SetFaultsAsync(context, cancellationToken);
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private async Task SetFaultsAsync(HttpContext context, CancellationToken cancellationToken)
    {
        try
        {
            Faults = await JsonSerializer.DeserializeAsync(
                context.Request.Body, SimulatorJson.Default.Faults, cancellationToken) ?? new();
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        catch (JsonException exception)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            context.Response.ContentType = "text/plain";
            await context.Response.WriteAsync(exception.Message, cancellationToken);
        }
    }
}
