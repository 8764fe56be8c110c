using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsWorker.Tests.Samples;

/// <summary>Classes that a worker must refuse to start with.</summary>
public static class WrongFunctions
{
    public static class BodyParameter
    {
        [Function("Wrong")]
        public static void Run([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request, Thing thing) =>
            _ = (request, thing);
    }

    public static class ParameterNotInRoute
    {
        [Function("Wrong")]
        public static void Run(
            [HttpTrigger(AuthorizationLevel.Anonymous, Route = "x/{id}")] HttpRequest request, int other) =>
            _ = (request, other);
    }

    public static class PlainReturn
    {
        [Function("Wrong")]
        public static Task<string> Run([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) =>
            Task.FromResult(request.Method);
    }

    public static class HostKey
    {
        [Function("Wrong")]
        public static void Run([HttpTrigger] HttpRequest request) => _ = request;
    }

    public static class NoTrigger
    {
        [Function("Wrong")]
        public static void Run(HttpRequest request) => _ = request;
    }

    public static class BadSchedule
    {
        [Function("Wrong")]
        public static void Run([TimerTrigger("every now and then")] TimerInfo timer) => _ = timer;
    }

    public static class MissingSetting
    {
        [Function("Wrong")]
        public static void Run([TimerTrigger("%Schedules:Wrong%")] TimerInfo timer) => _ = timer;
    }

    public static class SameName
    {
        [Function("Wrong")]
        public static void Run([TimerTrigger("0 * * * * *")] TimerInfo timer) => _ = timer;

        [Function("wrong")]
        public static void RunAlso([TimerTrigger("0 * * * * *")] TimerInfo timer) => _ = timer;
    }
}
