"""LangChain and LlamaIndex over Chroma as measured systems; run by the Python of an environment that has them.

Made as their documentation does: one class for the encoder, Chroma's folder, a retriever, and behind it, where it is
asked for, a cross-encoder of our reader's size (MiniLM, 6 layers; the encoder's own weights under a fresh head, since
what it says is not looked at).
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import CrossEncoder, SentenceTransformer

from benchmarks.speed.child import read_work, serve

FOUND = 4
"""Passages that are found, and read by a cross-encoder where there is one: as many as our reader reads."""


class Silent:
    """What neither tells nor hears anything, and whose Chroma closes with the process."""

    def tell(self) -> dict[str, Any]:
        """Nothing is to be told."""
        return {}

    def hear(self, told: dict[str, Any]) -> None:
        """Nothing is to be heard."""

    async def close(self) -> None:
        """Nothing is to be closed."""


class LangChain(Silent):
    """langchain-chroma's vector store and retriever."""

    def __init__(self, work: dict[str, Any], data: Path, *, reranked: bool) -> None:
        from langchain_chroma import Chroma
        from langchain_core.embeddings import Embeddings

        model = SentenceTransformer(work["model"], device="cpu")

        class Encoder(Embeddings):
            def embed_documents(self, texts: list[str]) -> list[list[float]]:
                return model.encode(texts, show_progress_bar=False).tolist()

            def embed_query(self, text: str) -> list[float]:
                return model.encode(text, show_progress_bar=False).tolist()

        self._work = work
        self._store = Chroma("articles", Encoder(), persist_directory=str(data))
        self._retriever = self._store.as_retriever(search_kwargs={"k": FOUND})
        self._cross = CrossEncoder(work["model"], num_labels=1, device="cpu") if reranked else None

    async def index(self, part: int) -> None:
        """Add the passages."""
        await asyncio.to_thread(self._store.add_texts, self._work["passages"][part])

    async def ask(self, question: str) -> int:
        """Retrieve, and rerank."""
        return await asyncio.to_thread(self._ask, question)

    def _ask(self, question: str) -> int:
        found = self._retriever.invoke(question)
        if self._cross is None:
            return 0
        scores = self._cross.predict([(question, one.page_content) for one in found], show_progress_bar=False)
        sorted(zip(scores, found, strict=True), key=lambda pair: -pair[0])
        return len(found)


class LlamaIndex(Silent):
    """llama-index-core's vector store index over its Chroma store."""

    def __init__(self, work: dict[str, Any], data: Path, *, reranked: bool) -> None:
        import chromadb
        from llama_index.core import VectorStoreIndex
        from llama_index.core.embeddings import BaseEmbedding
        from llama_index.core.postprocessor import SentenceTransformerRerank
        from llama_index.vector_stores.chroma import ChromaVectorStore

        model = SentenceTransformer(work["model"], device="cpu")

        class Encoder(BaseEmbedding):
            def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
                return model.encode(texts, show_progress_bar=False).tolist()

            def _get_text_embedding(self, text: str) -> list[float]:
                return self._get_text_embeddings([text])[0]

            def _get_query_embedding(self, query: str) -> list[float]:
                return self._get_text_embeddings([query])[0]

            async def _aget_query_embedding(self, query: str) -> list[float]:
                return await asyncio.to_thread(self._get_query_embedding, query)

        self._work = work
        collection = chromadb.PersistentClient(str(data)).get_or_create_collection(
            "articles", metadata={"hnsw:space": "cosine"}
        )
        self._index = VectorStoreIndex.from_vector_store(
            ChromaVectorStore(chroma_collection=collection),
            embed_model=Encoder(model_name="MiniLM", embed_batch_size=32),
        )
        self._retriever = self._index.as_retriever(similarity_top_k=FOUND)
        self._rerank = None
        if reranked:
            self._rerank = SentenceTransformerRerank(model=work["model"], top_n=FOUND, device="cpu")

    async def index(self, part: int) -> None:
        """Add the passages as nodes."""
        from llama_index.core.schema import TextNode

        await asyncio.to_thread(
            self._index.insert_nodes, [TextNode(text=text) for text in self._work["passages"][part]]
        )

    async def ask(self, question: str) -> int:
        """Retrieve, and rerank."""
        return await asyncio.to_thread(self._ask, question)

    def _ask(self, question: str) -> int:
        found = self._retriever.retrieve(question)
        if self._rerank is None:
            return 0
        return len(self._rerank.postprocess_nodes(found, query_str=question))


KINDS = {"langchain": LangChain, "llamaindex": LlamaIndex}

if __name__ == "__main__":
    name, _, behind = sys.argv[1].partition("+")
    torch.set_grad_enabled(False)
    made = KINDS[name](read_work(sys.argv[2]), Path(sys.argv[3]), reranked=bool(behind))
    asyncio.run(serve(made))
