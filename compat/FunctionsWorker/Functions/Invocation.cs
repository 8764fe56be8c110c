using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsWorker;

/// <summary>One invocation, by a request or by a timer; what few functions ask for is made when asked for.</summary>
internal sealed class Invocation : FunctionContext
{
    private readonly CancellationToken _stopping;
    private IServiceProvider? _services;
    private string? _id;

    public Invocation(Function function, HttpContext http) => (Function, Http) = (function, http);

    public Invocation(Function function, TimerInfo timer, IServiceProvider services, CancellationToken stopping) =>
        (Function, Timer, _services, _stopping) = (function, timer, services, stopping);

    public Function Function { get; }

    public HttpContext? Http { get; }

    public TimerInfo? Timer { get; }

    /// <summary>What the function returned.</summary>
    public object? Result { get; set; }

    public override string InvocationId => _id ??= Guid.CreateVersion7().ToString();

    public override string FunctionId => Function.Id;

    public override FunctionDefinition FunctionDefinition => Function;

    public override IServiceProvider InstanceServices
    {
        get => _services ?? Http?.RequestServices ?? throw new InvalidOperationException();
        set => _services = value;
    }

    public override IDictionary<object, object> Items { get => field ??= new Dictionary<object, object>(); set; }

    public override IInvocationFeatures Features => field ??= new InvocationFeatures();

    public override CancellationToken CancellationToken => Http?.RequestAborted ?? _stopping;
}
