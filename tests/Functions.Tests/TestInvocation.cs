using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace RecoveryOS.Functions.Tests;

/// <summary>An invocation of any entry point, by a request or, without one, by a timer.</summary>
internal sealed class TestInvocation(string entryPoint, HttpContext? http) : FunctionContext
{
    public override string InvocationId => "invocation";

    public override string FunctionId => "function";

    public override IServiceProvider InstanceServices { get; set; } = new NoServices();

    public override FunctionDefinition FunctionDefinition { get; } = new TestFunction(entryPoint);

    public override IDictionary<object, object> Items { get; set; } =
        http is null ? [] : new Dictionary<object, object> { ["HttpRequestContext"] = http };

    public override IInvocationFeatures Features => throw new NotSupportedException();

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }

    private sealed class TestFunction(string entryPoint) : FunctionDefinition
    {
        public override string PathToAssembly => "";

        public override string EntryPoint => entryPoint;

        public override string Id => "function";

        public override string Name => entryPoint.Split('.')[^1];
    }
}
