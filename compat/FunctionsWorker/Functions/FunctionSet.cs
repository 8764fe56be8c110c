using Microsoft.Azure.Functions.Worker.Middleware;

namespace FunctionsWorker;

/// <summary>The application's functions and the pipeline around each of them.</summary>
internal sealed record FunctionSet(IReadOnlyList<Function> Functions, FunctionExecutionDelegate Pipeline);
