using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionsWorker;

/// <summary>A function: its method, how its arguments are found and how its answer is read.</summary>
internal sealed class Function : FunctionDefinition
{
    private readonly MethodInfo _method;
    private readonly Argument[] _arguments;
    private readonly Lazy<Call> _call;

    public Function(string name, MethodInfo method)
    {
        var parameters = method.GetParameters();
        _method = method;
        _call = new(Prepare);
        Name = name;
        EntryPoint = $"{method.ReflectedType?.FullName}.{method.Name}";
        Trigger = parameters
            .SelectMany(parameter => parameter.GetCustomAttributes<TriggerBindingAttribute>())
            .FirstOrDefault()
            ?? throw new InvalidOperationException($"Function {name} has no trigger.");
        _arguments = [.. parameters.Select(parameter => Arguments.Of(this, parameter))];
        ReturnValue.Check(this, method.ReturnType);
    }

    public override string Name { get; }

    public override string EntryPoint { get; }

    public override string Id => EntryPoint;

    public override string PathToAssembly => _method.Module.FullyQualifiedName;

    public TriggerBindingAttribute Trigger { get; }

    /// <summary>The innermost step of the pipeline: calls the method and keeps what it returns.</summary>
    public static Task InvokeAsync(FunctionContext context)
    {
        var invocation = (Invocation)context;
        return invocation.Function.CallAsync(invocation);
    }

    private Task CallAsync(Invocation invocation)
    {
        var arguments = new object?[_arguments.Length];
        for (var i = 0; i < arguments.Length; i++)
            arguments[i] = _arguments[i](invocation);

        var call = _call.Value;
        var instance = call.Activate?.Invoke(invocation.InstanceServices, null);
        return call.Finish(call.Method.Invoke(instance, arguments.AsSpan()), invocation);
    }

    private Call Prepare() => new(
        _method is { IsStatic: false, ReflectedType: { } type } ? ActivatorUtilities.CreateFactory(type, []) : null,
        MethodInvoker.Create(_method),
        ReturnValue.Reader(_method.ReturnType));

    /// <summary>Prepared on the first invocation, so that functions not called cost no start-up time.</summary>
    private sealed record Call(ObjectFactory? Activate, MethodInvoker Method, Finish Finish);
}
