using Google.Protobuf;
using Grpc.Core;
using TempoCos.Otlp;
using TempoCos.Tempo.Ring;
using TempoCos.Tempo.TraceQL;
using TempoCos.Tempo.Wire;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Querier;

/// <summary>Carries out one job of the query-frontend, from the blocks or from all ingesters.</summary>
public sealed class QueryExecutor(BlockQuerier blocks, IngesterPool ingesters)
{
    public async Task<QueryResult> RunAsync(QueryJob job, CancellationToken cancellationToken)
    {
        var result = new QueryResult { Id = job.Id };
        try
        {
            switch (job.RequestCase)
            {
                case QueryJob.RequestOneofCase.TraceById:
                    result.TraceById = job.Source == QuerySource.Blocks
                        ? await blocks.FindTraceAsync(job.TraceById, cancellationToken)
                        : await FindInIngestersAsync(job.TraceById, cancellationToken);
                    break;
                default:
                    result.Error = $"unknown job {job.RequestCase}";
                    break;
            }
        }
        catch (TraceQLException exception)
        {
            (result.Error, result.InvalidArgument) = (exception.Message, true);
        }
        catch (RpcException exception) when (!cancellationToken.IsCancellationRequested)
        {
            (result.Error, result.InvalidArgument) = (exception.Status.Detail, exception.StatusCode == StatusCode.InvalidArgument);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            result.Error = exception.Message;
        }

        return result;
    }

    private async Task<TraceByIdResponse> FindInIngestersAsync(TraceByIdRequest request, CancellationToken cancellationToken)
    {
        var all = await ingesters.AllAsync(cancellationToken);
        var answers = await Task.WhenAll(all.Select(ingester => ingester.FindTraceAsync(request, cancellationToken)));
        var parts = answers.Where(answer => !answer.Trace.IsEmpty).ToList();
        return parts.Count <= 1
            ? parts.FirstOrDefault() ?? new()
            : new() { Trace = TraceMerge.Combine(parts.Select(part => TracesData.Parser.ParseFrom(part.Trace))).ToByteString() };
    }
}
